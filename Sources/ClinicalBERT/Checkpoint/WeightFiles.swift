import ClinicalText
import FoundationEssentials
import Glibc

/// The files of a checkpoint's folder that hold its weights.
///
/// Found in the order in which transformers looks for them: `model.safetensors`, its shards, `pytorch_model.bin`, its shards.
struct WeightFiles: Sendable {
    /// How one file is written.
    enum Format: Sendable {
        case safetensors
        case torch
    }

    let format: Format
    /// Each once, by name; a sharded checkpoint has several.
    let paths: [String]
    /// The same from the folder on.
    let names: [String]
    /// Which of several files each tensor is in; `nil` where there is one.
    let index: ShardIndex?

    /// Where the weights are, for messages about no file of several in particular.
    var path: String { index?.path ?? paths[0] }

    private static let places: [(name: String, format: Format)] = [
        ("model.safetensors", .safetensors), ("pytorch_model.bin", .torch),
    ]

    /// Looks for weights in `folder`; of shards, reads the index.
    ///
    /// - Throws: ``BadInput`` naming the folder if there are none, or the index if it is damaged or names a file that is not
    ///   in the folder.
    init(folder: String) throws(BadInput) {
        for place in Self.places {
            let whole = "\(folder)/\(place.name)"
            let index = "\(whole).index.json"
            if FileManager.default.fileExists(atPath: whole) {
                format = place.format
                names = [place.name]
                paths = [whole]
                self.index = nil
                return
            }
            if FileManager.default.fileExists(atPath: index) {
                let shards = try ShardIndex(index)
                format = place.format
                names = shards.files
                paths = shards.files.map { "\(folder)/\($0)" }
                for path in paths { try Self.checkIsInside(path, folder, index) }
                self.index = shards
                return
            }
        }
        throw BadInput(
            SourceLocation(folder),
            "there are no weights in this folder: neither model.safetensors nor pytorch_model.bin, nor an index of shards "
                + "of them; weights of TensorFlow and Flax are not read")
    }

    /// Refuses a shard that a symbolic link places outside of the folder: an index must not make us read the user's other
    /// files.
    ///
    /// The Hub's own cache keeps a snapshot's files as links to `blobs` beside `snapshots`: those are in it all the same.
    private static func checkIsInside(_ path: String, _ folder: String, _ index: String) throws(BadInput) {
        guard let real = Self.resolved(path), let root = Self.resolved(folder) else { return }
        var places = [root]
        let parts = root.split(separator: "/")
        if parts.dropLast().last == "snapshots" {
            places.append("/" + (parts.dropLast(2) + ["blobs"]).joined(separator: "/"))
        }
        guard !places.contains(where: { real.hasPrefix($0 == "/" ? "/" : "\($0)/") }) else { return }
        throw BadInput(
            SourceLocation(index),
            "the file '\(path.printable)' is a link to a place outside of the folder; copy it into it")
    }

    /// The path without symbolic links; `nil` where there is no file.
    private static func resolved(_ path: String) -> String? {
        guard let real = realpath(path, nil) else { return nil }
        defer { free(real) }
        return String(cString: real)
    }

    /// The SHA-256 of the one file; of several, that of their digests' digits in the order of their names.
    ///
    /// - Throws: ``BadInput`` naming a file that cannot be read.
    func digest() throws(BadInput) -> TextDigest {
        var digits = ""
        for path in paths {
            let file = try MappedFile(path)
            // The mapping ends with the last use of the object, not of its bytes.
            let digest = withExtendedLifetime(file) { TextDigest(of: file.bytes) }
            if index == nil { return digest }
            digits += digest.hex
        }
        return TextDigest(of: Array(digits.utf8))
    }
}

/// `…​.index.json` of a sharded checkpoint: the file that each tensor is in.
struct ShardIndex: Sendable {
    let path: String
    /// Tensors and the names of their files, in the order of the index.
    let places: [(tensor: String, file: String)]
    /// The files' names, each once, in alphabetical order.
    let files: [String]

    /// - Throws: ``BadInput`` naming the index: no JSON, no `weight_map`, a tensor given twice, a file elsewhere.
    init(_ path: String) throws(BadInput) {
        func bad(_ reason: String) -> BadInput { BadInput(SourceLocation(path), reason) }
        let json = try OrderedJSON.parse(try NoteReader.bytes(of: path), file: path)
        guard let map = json["weight_map"]?.members, !map.isEmpty else {
            throw bad("there is no 'weight_map' in it that names a file for each tensor")
        }
        var names: Set<String> = []
        var places: [(tensor: String, file: String)] = []
        for (tensor, value) in map {
            guard names.insert(tensor).inserted else { throw bad("the tensor '\(tensor.printable)' is given twice") }
            guard let name = value.string else {
                throw bad("the file of the tensor '\(tensor.printable)' is no string")
            }
            // A name from the folder on and nothing that leads elsewhere: an index must not make us read other files.
            let parts = name.split(separator: "/", omittingEmptySubsequences: false)
            guard !name.utf8.contains(0), parts.allSatisfy({ !["", ".", ".."].contains($0) }) else {
                throw bad(
                    "the tensor '\(tensor.printable)' is said to be in '\(name.printable)', outside of the folder")
            }
            places.append((tensor, name))
        }
        self.path = path
        self.places = places
        files = Set(places.map(\.file)).sorted()
    }
}
