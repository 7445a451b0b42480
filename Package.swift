// swift-tools-version: 6.2
import PackageDescription

// The rooms of the house, lowest first. What each holds and may import: README, "How it is built".
let package = Package(
    name: "chartmark",
    products: [
        .executable(name: "chartmark", targets: ["chartmark"])
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
    ],
    targets: [
        .systemLibrary(name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
        .systemLibrary(name: "CSodium", pkgConfig: "libsodium", providers: [.apt(["libsodium-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CExpat", pkgConfig: "expat", providers: [.apt(["libexpat1-dev"])]),
        .target(name: "CTerminal", linkerSettings: [.linkedLibrary("ncursesw"), .linkedLibrary("tinfo")]),
        .target(name: "CVectorMath"),
        .target(name: "ClinicalText", dependencies: ["CSodium"]),
        .target(name: "Storage"),
        .target(name: "Tokenization", dependencies: ["ClinicalText"]),
        .target(
            name: "ClinicalBERT", dependencies: ["ClinicalText", "Tokenization", "COpenBLAS", "CVectorMath"]),
        .target(name: "Annotation", dependencies: ["ClinicalText"]),
        .target(name: "Assertion", dependencies: ["ClinicalText"]),
        .target(
            name: "Training",
            dependencies: [
                "Annotation", "ClinicalBERT", "ClinicalText", "COpenBLAS", "CVectorMath", "Storage", "Tokenization",
            ]),
        .target(name: "LabelQuality", dependencies: ["Annotation", "ClinicalText"]),
        .target(name: "Journal", dependencies: ["Annotation", "ClinicalText", "Storage"]),
        .target(name: "Interchange", dependencies: ["Annotation", "ClinicalText", "CExpat", "CZlib"]),
        .target(name: "Suggestions", dependencies: ["Annotation", "ClinicalBERT", "ClinicalText", "Storage"]),
        .target(name: "Screen", dependencies: ["ClinicalText"]),
        .target(name: "ReviewUI", dependencies: ["Annotation", "Assertion", "ClinicalText", "Screen"]),
        .target(name: "Effort", dependencies: ["Annotation", "ClinicalText", "ReviewUI", "Screen"]),
        .target(name: "Terminal", dependencies: ["Screen", "CTerminal"]),
        .executableTarget(
            name: "chartmark",
            dependencies: [
                "Annotation", "Assertion", "ClinicalBERT", "ClinicalText", "Effort", "Interchange", "Journal",
                "LabelQuality", "ReviewUI", "Screen", "Storage", "Suggestions", "Terminal", "Tokenization", "Training",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            // A crash report says which build it is of.
            linkerSettings: [.unsafeFlags(["-Xlinker", "--build-id=sha1"], .when(platforms: [.linux]))]),
        .target(name: "Support", dependencies: ["Storage"], path: "Tests/Support"),
        .testTarget(name: "ClinicalTextTests", dependencies: ["ClinicalText"]),
        .testTarget(name: "TokenizationTests", dependencies: ["Tokenization"]),
        .testTarget(name: "ClinicalBERTTests", dependencies: ["ClinicalBERT", "CVectorMath"]),
        .testTarget(name: "AnnotationTests", dependencies: ["Annotation"]),
        .testTarget(name: "AssertionTests", dependencies: ["Assertion"]),
        .testTarget(name: "LabelQualityTests", dependencies: ["Annotation", "ClinicalText", "LabelQuality"]),
        .testTarget(name: "StorageTests", dependencies: ["Storage", "Support"]),
        .testTarget(name: "JournalTests", dependencies: ["Journal", "Storage", "Support"]),
        .testTarget(name: "InterchangeTests", dependencies: ["Interchange"], exclude: ["Goldens"]),
        .testTarget(
            name: "TrainingTests",
            dependencies: ["ClinicalBERT", "ClinicalText", "Storage", "Tokenization", "Training"],
            exclude: ["PEFT"]),
        .testTarget(name: "SuggestionsTests", dependencies: ["ClinicalBERT", "Suggestions"]),
        .testTarget(name: "ScreenTests", dependencies: ["Screen"]),
        .testTarget(name: "ReviewUITests", dependencies: ["ReviewUI", "Terminal"], exclude: ["Snapshots"]),
        .testTarget(name: "EffortTests", dependencies: ["Effort"]),
        .testTarget(name: "TerminalTests", dependencies: ["Terminal"]),
        .testTarget(
            name: "EndToEndTests", dependencies: ["Annotation", "ClinicalText", "Interchange", "Journal", "Support"]),
    ],
    swiftLanguageModes: [.v6]
)
