import ClinicalBERT
import ClinicalText
import Testing

@Suite("A file of torch that cannot be used")
struct TorchFileTests {
    private func failure(_ file: [UInt8], at place: Testing.SourceLocation = #_sourceLocation) throws -> String {
        let checkpoint = try TinyCheckpoint(files: ["pytorch_model.bin": file])
        let error = #expect(throws: BadInput.self, sourceLocation: place) {
            try ClinicalModel(checkpoint: checkpoint.path)
        }
        let message = error?.description ?? ""
        #expect(message.hasPrefix("\(checkpoint.path)/pytorch_model.bin"), sourceLocation: place)
        return message
    }

    /// What both forms say of the tensors.
    private func expectFailure(
        _ file: TinyTorchFile, _ words: String, at place: Testing.SourceLocation = #_sourceLocation
    ) throws {
        for bytes in [file.zip(), file.legacy()] {
            let message = try failure(bytes, at: place)
            #expect(message.contains(words), "\(message)", sourceLocation: place)
        }
    }

    /// Ways to have Python call something, by the name that a refusal must give.
    static let attacks: [(name: String, program: String)] = [
        ("posix.system", "cposix\nsystem\n(X\u{4}\0\0\0truetR"),
        ("subprocess.Popen", "csubprocess\nPopen\n)\u{7F}"),
        ("os.system", "(X\u{4}\0\0\0trueios\nsystem\n"),
        ("builtins.eval", "(cbuiltins\neval\nX\u{1}\0\0\01o"),
        ("__main__.Sleeper", "c__main__\nSleeper\n)R}b"),
        ("torch.storage._load_from_bytes", "ctorch.storage\n_load_from_bytes\n)R"),
        ("torch.UntypedStorage", "ctorch\nUntypedStorage\n)R"),
        ("torch._utils._rebuild_tensor_v2.x", "ctorch._utils\n_rebuild_tensor_v2.x\n)R"),
        ("collections.OrderedDict.fromkeys", "ccollections\nOrderedDict.fromkeys\n)R"),
    ]

    @Test("names anything to call but what tensors are made of", arguments: attacks)
    func callables(_ attack: (name: String, program: String)) throws {
        // 0x7F stands for NEWOBJ, which is no character of UTF-8.
        let program = attack.program.utf8.map { $0 == 0x7F ? 0x81 : $0 }
        let pickle = TinyTorchFile.pickle(program)
        let file = TinyTorchFile.checkpoint()
        for bytes in [file.zip(pickle: pickle), file.legacy(pickle: pickle)] {
            let message = try failure(bytes)
            #expect(message.contains("it names '\(attack.name)', which no tensor needs"), "\(message)")
        }
    }

    @Test("names a callable by strings of the stack, by an extension's number, or makes an object of a listed name")
    func otherCalls() throws {
        let file = TinyTorchFile.checkpoint()
        func message(_ program: [UInt8]) throws -> String {
            try failure(file.zip(pickle: TinyTorchFile.pickle(program, protocol: 4)))
        }
        let names: [UInt8] = [0x8C, 5] + Array("posix".utf8) + [0x8C, 6] + Array("system".utf8)
        #expect(try message(names + [0x93]).contains("'posix.system'"))
        #expect(try message([0x82, 7]).contains("'extension 7'"))
        #expect(try message([0x83, 7, 1]).contains("'extension 263'"))
        #expect(try message([0x84, 7, 0, 0, 0]).contains("'extension 7'"))
        let dictionary = Array("ccollections\nOrderedDict\n)".utf8)
        #expect(try message(dictionary + [0x81]).contains("makes an object of a class"))
        #expect(try message(dictionary + Array("}".utf8) + [0x92]).contains("makes an object of a class"))
        #expect(try message(Array("ctorch\nFloatStorage\n)R".utf8)).contains("a storage is made out of nothing"))
        #expect(try message(Array("K\u{1}}b".utf8)).contains("a state is set on what is no dictionary"))
    }

    @Test("shows no control characters of a name to the terminal")
    func terminal() throws {
        let pickle = TinyTorchFile.pickle(Array("cevil\u{1B}[2J\nname\n".utf8))
        #expect(try failure(TinyTorchFile.checkpoint().zip(pickle: pickle)).contains("'evil\u{FFFD}[2J.name'"))
    }

    @Test("has a tensor outside of its storage, of impossible size, or in a storage that is not there")
    func lyingTensors() throws {
        let sound = TinyTorchFile.checkpoint()
        var file = sound
        file.tensors[0].offset = 1
        try expectFailure(file, "takes the numbers 1 to 49 of a storage of 48")
        file = sound
        file.tensors[0].strides = [5, 1]
        try expectFailure(file, "takes the numbers 0 to 59 of a storage of 48")
        file = sound
        file.tensors[0].shape = [.max, 4]
        try expectFailure(file, "which no file could hold")
        file = sound
        file.tensors[0].strides = [.max, .max]
        try expectFailure(file, "which no file could hold")
        file = sound
        file.tensors[0].offset = -4
        try expectFailure(file, "which no file could hold")
        file = sound
        file.tensors[0].strides = [4]
        try expectFailure(file, "a tensor is not made of a storage, an offset, a shape and strides")
        file = sound
        file.tensors[0].storageCount = 4_000_000_000_000
        #expect(try failure(file.zip()).contains("for which the file has 192 bytes"))
        #expect(try failure(file.legacy()).contains("for which the file has 192 bytes"))
        file = sound
        file.tensors[0].key = "gone"
        #expect(try failure(file.zip()).contains("is in the storage 'gone', which the file lacks"))
        #expect(try failure(file.legacy()).contains("keys are not those that the tensors name"))
        file = sound
        file.tensors.append(file.tensors[0])
        try expectFailure(file, "'bert.embeddings.word_embeddings.weight' is given twice")
        file = sound
        file.storages[0].type = "LongStorage"
        file.storages[0].size = 8
        file.storages[0].bytes += file.storages[0].bytes
        try expectFailure(file, "is I64; supported: F32, F16, BF16, F64")
        file = TinyTorchFile(tensors: [], storages: [])
        try expectFailure(file, "there are no tensors by name in it")
    }

    @Test("repeats a few numbers over a large tensor, or claims its bytes many times")
    func amplified() throws {
        var file = TinyTorchFile.checkpoint()
        file.tensors[0].shape = [12, 4]
        file.tensors[0].strides = [0, 1]
        try expectFailure(file, "repeats its numbers (strides [0, 1] for the shape [12, 4])")

        file = TinyTorchFile.checkpoint()
        file.storages[0] = .floats([Float](repeating: 0, count: 20_000))
        for index in 0..<40 {
            file.tensors.append(.init(name: "again.\(index)", storage: 0, shape: [20_000], strides: [1]))
        }
        try expectFailure(file, "claim many times the bytes that the file has")
    }

    @Test("has a tensor of more dimensions than torch has, or a storage with a name like a page")
    func unreasonable() throws {
        var file = TinyTorchFile.checkpoint()
        file.tensors[0].shape = [Int](repeating: 1, count: 65)
        file.tensors[0].strides = file.tensors[0].shape
        try expectFailure(file, "a tensor is not made of a storage, an offset, a shape and strides")
        file = TinyTorchFile.checkpoint()
        file.tensors[0].key = String(repeating: "0", count: 65)
        try expectFailure(file, "a storage is not described by its type, key, device and number of elements")
    }

    @Test("is cut off anywhere", arguments: [1, 4, 30, 100, 1000, 5000])
    func truncated(_ missing: Int) throws {
        let zip = TinyTorchFile.checkpoint().zip()
        #expect(try failure(Array(zip.dropLast(missing))).contains("the zip archive has no end"))
        _ = try failure(Array(TinyTorchFile.checkpoint().legacy().dropLast(missing)))
        _ = try failure(Array(zip.prefix(missing)))
        _ = try failure(Array(TinyTorchFile.checkpoint().legacy().prefix(missing)))
    }

    @Test("is an archive of compressed entries, of one name twice, without a pickle, or of the other byte order")
    func archives() throws {
        let pickle = TinyTorchFile.pickle(Array("}".utf8))
        var archive = TinyZip()
        archive.add("archive/data.pkl", pickle, method: 8)
        #expect(try failure(archive.bytes).contains("'archive/data.pkl' is compressed"))
        archive = TinyZip()
        archive.add("archive/data.pkl", pickle)
        archive.add("archive/data.pkl", pickle)
        #expect(try failure(archive.bytes).contains("has 'archive/data.pkl' twice"))
        archive = TinyZip()
        archive.add("word/document.xml", pickle)
        #expect(try failure(archive.bytes).contains("has 0 files 'data.pkl'"))
        let file = TinyTorchFile.checkpoint()
        #expect(try failure(file.zip(order: "big")).contains("the byte order 'big' is not supported"))
        #expect(try failure(file.legacy(isLittleEndian: false)).contains("the byte order 'big' is not supported"))
        #expect(try failure(Array("neither of the two".utf8)).contains("neither a zip archive nor a stream"))
    }

    @Test("has opcodes without end, nested without end, or on an empty stack")
    func hostilePrograms() throws {
        let file = TinyTorchFile.checkpoint()
        func message(_ program: [UInt8]) throws -> String {
            try failure(file.zip(pickle: TinyTorchFile.pickle(program)))
        }
        let most = 1 << 18
        #expect(
            try message([UInt8](repeating: UInt8(ascii: "N"), count: most)).contains("more than 262144 pickle opcodes"))
        // A tuple in a tuple in a tuple…, then a list that holds itself.
        let nested = [UInt8(ascii: ")")] + [UInt8](repeating: 0x85, count: most / 2)
        #expect(try message(nested).contains("there are no tensors"))
        #expect(try message(Array("]q\0h\0a".utf8)).contains("there are no tensors"))
        #expect(try message(Array("R".utf8)).contains("stack is empty"))
        #expect(try message(Array("t".utf8)).contains("no mark"))
        #expect(try message(Array("N(0".utf8)).contains("stack is empty"))
        #expect(try message(Array("h\u{9}".utf8)).contains("remembers nothing under 9"))
        #expect(try message(Array("}Ns".utf8)).contains("stack is empty"))
        #expect(try message(Array("X".utf8) + UInt32.max.bytes).contains("bytes should follow"))
        #expect(try message([0x8D] + UInt64.max.bytes).contains("more than a file can have"))
        #expect(try message(Array("I1\n".utf8)).contains("the pickle opcode 0x49"))
    }
}
