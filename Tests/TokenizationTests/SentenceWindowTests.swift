import ClinicalText
import Testing
import Tokenization

@Suite("Windows that break at sentences")
struct SentenceWindowTests {
    private func tokenizer() throws -> Tokenizer {
        let folder = try CheckpointFolder(["vocab.txt": CheckpointFolder.vocabulary])
        return try Tokenizer(checkpoint: folder.path)
    }

    private func windows(_ text: String, _ maximum: Int, _ stride: Int) throws -> [Tokenizer.Window] {
        try tokenizer().windowsAtSentences(NoteText(text), maximum: maximum, stride: stride)
    }

    private func ranges(_ windows: [Tokenizer.Window]) -> [Range<Int>] {
        windows.map { $0.firstToken..<$0.firstToken + $0.encoding.count - 2 }
    }

    @Test("end and start where sentences do, if there is such a place in their last quarter")
    func sentences() throws {
        // Tokens: no pain . | no pain chest . | no pain .
        let text = "No pain.\nNo pain chest.\nNo pain."
        #expect(ranges(try windows(text, 10, 0)) == [0..<7, 7..<10])
    }

    @Test("cut no word where they need not")
    func words() throws {
        // Tokens: pain ##ful | pain ##ful | pain ##ful
        #expect(ranges(try windows("painful painful painful", 7, 1)) == [0..<4, 2..<6])
    }

    @Test("are one window where the text fits")
    func one() throws { #expect(ranges(try windows("No pain.", 5, 1)) == [0..<3]) }

    @Test("hold every token, share the stride and go on, whatever the numbers", arguments: 1...40)
    func cover(_ seed: Int) throws {
        var random = SeededRandom(UInt64(seed))
        let words = ["No", "pain", "painful", "chest", ".", ".\n", "心", "\n\n", "cafe."]
        let text = (0..<Int.random(in: 1...120, using: &random)).map { _ in words[Int.random(in: 0..<9, using: &random)]
        }
        .joined(separator: " ")
        let room = Int.random(in: 1...30, using: &random)
        let stride = Int.random(in: 0..<room, using: &random)
        let whole = try tokenizer().encode(NoteText(text))
        let windows = try windows(text, room + 2, stride)
        let ranges = ranges(windows)
        #expect(ranges.first?.lowerBound == 0)
        #expect(ranges.last?.upperBound == whole.count - 2)
        for (window, range) in zip(windows, ranges) {
            #expect(range.count <= room)
            #expect(
                window.encoding.ids.dropFirst().dropLast() == whole.ids[(range.lowerBound + 1)..<(range.upperBound + 1)]
            )
        }
        for (range, next) in zip(ranges, ranges.dropFirst()) {
            #expect(next.lowerBound > range.lowerBound)
            #expect(range.upperBound - next.lowerBound >= stride)
        }
    }

    @Test("refuse an overlap that leaves no step")
    func impossible() throws {
        #expect(throws: WindowError.self) { try windows("a", 6, 4) }
    }
}
