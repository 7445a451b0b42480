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
        .target(name: "Tokenization", dependencies: ["ClinicalText"]),
        .target(
            name: "ClinicalBERT", dependencies: ["ClinicalText", "Tokenization", "COpenBLAS", "CVectorMath"]),
        .target(name: "Annotation", dependencies: ["ClinicalText"]),
        .target(name: "Assertion", dependencies: ["ClinicalText"]),
        .target(
            name: "Training",
            dependencies: ["Annotation", "ClinicalBERT", "ClinicalText", "COpenBLAS", "CVectorMath", "Tokenization"]),
        .target(name: "LabelQuality", dependencies: ["Annotation", "ClinicalText"]),
        .target(name: "Journal", dependencies: ["Annotation", "ClinicalText"]),
        .target(name: "Interchange", dependencies: ["Annotation", "ClinicalText", "CExpat", "CZlib"]),
        .target(name: "Suggestions", dependencies: ["Annotation", "ClinicalBERT", "ClinicalText"]),
        .target(name: "Screen", dependencies: ["ClinicalText"]),
        .target(name: "ReviewUI", dependencies: ["Annotation", "Assertion", "ClinicalText", "Screen"]),
        .target(name: "Effort", dependencies: ["Annotation", "ClinicalText", "ReviewUI", "Screen"]),
        .target(name: "Terminal", dependencies: ["Screen", "CTerminal"]),
        .executableTarget(
            name: "chartmark",
            dependencies: [
                "Annotation", "Assertion", "ClinicalBERT", "ClinicalText", "Effort", "Interchange", "Journal",
                "LabelQuality",
                "ReviewUI", "Screen", "Suggestions", "Terminal", "Tokenization", "Training",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),
        .testTarget(name: "ClinicalTextTests", dependencies: ["ClinicalText"]),
        .testTarget(name: "TokenizationTests", dependencies: ["Tokenization"]),
        .testTarget(name: "ClinicalBERTTests", dependencies: ["ClinicalBERT", "CVectorMath"]),
        .testTarget(name: "AnnotationTests", dependencies: ["Annotation"]),
        .testTarget(name: "AssertionTests", dependencies: ["Assertion"]),
        .testTarget(name: "LabelQualityTests", dependencies: ["Annotation", "ClinicalText", "LabelQuality"]),
        .testTarget(name: "JournalTests", dependencies: ["Journal"]),
        .testTarget(name: "InterchangeTests", dependencies: ["Interchange"], exclude: ["Goldens"]),
        .testTarget(
            name: "TrainingTests", dependencies: ["ClinicalBERT", "ClinicalText", "Tokenization", "Training"],
            exclude: ["PEFT"]),
        .testTarget(name: "SuggestionsTests", dependencies: ["ClinicalBERT", "Suggestions"]),
        .testTarget(name: "ScreenTests", dependencies: ["Screen"]),
        .testTarget(name: "ReviewUITests", dependencies: ["ReviewUI", "Terminal"], exclude: ["Snapshots"]),
        .testTarget(name: "EffortTests", dependencies: ["Effort"]),
        .testTarget(name: "TerminalTests", dependencies: ["Terminal"]),
        .testTarget(name: "EndToEndTests", dependencies: ["Annotation", "ClinicalText", "Interchange", "Journal"]),
    ],
    swiftLanguageModes: [.v6]
)
