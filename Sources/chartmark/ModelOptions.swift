import ArgumentParser
import ClinicalBERT
import ClinicalText
import FoundationEssentials
import Glibc
import Tokenization

/// `--model`, and where a model comes from without it.
struct ModelOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "A Hugging Face checkpoint's folder, or that of an adapter in PEFT's form.",
            discussion: "Default: $CHARTMARK_MODEL, else the embedded model.", valueName: "dir"))
    var model: String?

    @Option(
        help: ArgumentHelp(
            "Of an adapter, the checkpoint that it changes. Default: the one that adapter_config.json names.",
            valueName: "dir"))
    var base: String?

    @OptionGroup var casing: CasingOption

    @OptionGroup var workers: WorkerThreads

    var threads: Int { workers.count }

    /// Loads the model that was named, or found.
    ///
    /// - Parameter backend: what computes linear layers, for measurements.
    func load(
        project: String? = nil, precision: Precision = .float32, backend: LinearBackend = .packed
    ) throws -> ClinicalModel {
        guard let folder = model ?? project ?? ModelLocation.standard else {
            throw BadInput(
                SourceLocation("--model"),
                "no model: none was named, $CHARTMARK_MODEL is not set, and the embedded one is "
                    + "not beside this program")
        }
        let model = try ModelLocation.load(
            folder, base: base, cased: casing.cased, precision: precision, backend: backend)
        casing.warn(of: model.tokenizer)
        for warning in model.warnings + Kernel.warnings() { standardError("chartmark: \(warning)") }
        return model
    }
}

/// `--cased`, and what there is to say of a tokenizer.
struct CasingOption: ParsableArguments {
    @Flag(
        help: ArgumentHelp(
            "Keep the case and the accents of the text, whatever the tokenizer's files say.",
            discussion: "For cased checkpoints that do not say so, such as Bio_ClinicalBERT."))
    var cased = false

    /// Prints the tokenizer's warnings to standard error.
    func warn(of tokenizer: Tokenizer) {
        for warning in tokenizer.warnings { standardError("chartmark: \(warning)") }
    }
}

/// `--precision`.
struct PrecisionOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Numbers that the engine computes with.",
            discussion: "bfloat16 needs a processor with AVX-512 BF16 or Arm BF16; 'chartmark model' says what it has.")
    )
    var precision: Precision = .float32

    func validate() throws {
        if let reason = precision.unavailableReason {
            throw ValidationError("--precision \(precision.rawValue): \(reason)")
        }
    }
}

extension Precision: ExpressibleByArgument {}
extension LinearBackend: ExpressibleByArgument {}

/// Where a model is found that nobody named.
enum ModelLocation {
    /// `$CHARTMARK_MODEL`, else the embedded model.
    static var standard: String? {
        if let named = ProcessInfo.processInfo.environment["CHARTMARK_MODEL"], !named.isEmpty { return named }
        return embedded
    }

    /// The embedded model: `Samples/Models/clinical-mini` in a folder above the executable (a clone, with the program
    /// under `.build`), or `share/chartmark/clinical-mini` beside its `bin`.
    static var embedded: String? {
        guard let executable = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") else {
            return nil
        }
        var folder = executable[...]
        while let slash = folder.lastIndex(of: "/") {
            folder = folder[..<slash]
            for place in ["Samples/Models/clinical-mini", "share/chartmark/clinical-mini"]
            where FileManager.default.fileExists(atPath: "\(folder)/\(place)/config.json") {
                return "\(folder)/\(place)"
            }
        }
        return nil
    }

    /// Makes sure that there is a folder.
    static func check(_ folder: String) throws(BadInput) {
        var isFolder = false
        guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder else {
            throw BadInput(SourceLocation(folder), "no such model folder")
        }
    }

    /// Loads the model of `folder`.
    static func load(
        _ folder: String, base: String? = nil, cased: Bool = false, precision: Precision = .float32,
        backend: LinearBackend = .packed
    ) throws(BadInput) -> ClinicalModel {
        try check(folder)
        return try ClinicalModel(checkpoint: folder, base: base, cased: cased, precision: precision, backend: backend)
    }
}
