import ClinicalText
import Testing

@Suite("Note text") struct NoteTextTests {
    /// One, two, three and four bytes a code point, CRLF, combining marks, a joined family, a byte-order mark; longer than
    /// several checkpoints.
    static let mixed =
        "\u{FEFF}aé中👍\r\n e\u{301}👨‍👩‍👧‍👦\tß漢\u{200B}" + String(repeating: "x¢€𝄞", count: 50) + "\nend"

    @Test("offsets agree with a naive count, both ways, at every code point and byte")
    func offsets() {
        let text = NoteText(Self.mixed)
        let scalars = Array(Self.mixed.unicodeScalars)
        #expect(text.scalarCount == scalars.count)
        var byte = 0
        for (index, scalar) in scalars.enumerated() {
            #expect(text.utf8Offset(of: ScalarOffset(index)).value == byte)
            #expect(text.scalar(at: ScalarOffset(index)) == scalar)
            let width = String(scalar).utf8.count
            for inside in byte..<(byte + width) {
                #expect(text.scalarOffset(of: UTF8Offset(inside)).value == index)
            }
            byte += width
        }
        #expect(text.utf8Offset(of: ScalarOffset(scalars.count)).value == text.utf8.count)
        #expect(text.scalarOffset(of: UTF8Offset(byte)).value == scalars.count)
    }

    @Test("keeps the text as it is: byte-order mark, CRLF and decomposed letters")
    func untouched() {
        let text = NoteText(Self.mixed)
        #expect(text.utf8 == Array(Self.mixed.utf8))
        #expect(text[TextSpan(0, 2)] == "\u{FEFF}a")
        #expect(Array(text[TextSpan(5, 9)].unicodeScalars) == ["\r", "\n", " ", "e"].map { Unicode.Scalar($0) })
        #expect(Array(text[TextSpan(5, 7)].utf8) == [13, 10])
    }

    @Test("offsets from outside are clamped: negative, past the end, reversed, huge")
    func outside() {
        let text = NoteText("abc")
        #expect(text[TextSpan(-5, 2)] == "ab")
        #expect(text[TextSpan(1, Int.max)] == "bc")
        #expect(text[TextSpan(2, 1)].isEmpty)
        #expect(text[TextSpan(Int.max, Int.min)].isEmpty)
        #expect(text.scalar(at: ScalarOffset(3)) == nil)
        #expect(text.scalar(at: ScalarOffset(Int.min)) == nil)
        #expect(text.scalarOffset(of: UTF8Offset(Int.max)).value == 3)
        #expect(ScalarOffset(Int.max).advanced(by: 1).value == Int.max)
        #expect(!text.holds(TextSpan(0, 4)) && !text.holds(TextSpan(-1, 1)) && !text.holds(TextSpan(1, 1)))
        #expect(TextSpan(Int.max, Int.min).count == 0)
        #expect(NoteText("").scalarCount == 0)
    }

    @Test("walks the code points of a span with their places")
    func walk() {
        var seen: [String] = []
        NoteText("aé中👍z").forEachScalar(in: TextSpan(1, 4)) { offset, scalar in seen.append("\(offset.value)\(scalar)")
        }
        #expect(seen == ["1é", "2中", "3👍"])
    }

    @Test(
        "says where bytes stop being UTF-8",
        arguments: [
            ([0x41, 0xFF], 1), ([0xC3], 0), ([0x41, 0xC3, 0x28], 1), ([0xC0, 0x80], 0), ([0xE0, 0x9F, 0x80], 0),
            ([0x61, 0xED, 0xA0, 0x80], 1), ([0xF4, 0x90, 0x80, 0x80], 0), ([0xE4, 0xB8, 0xAD, 0xE4, 0xB8], 3),
            ([0x80], 0),
            ([0xF0, 0x9F, 0x91], 0),
        ] as [([UInt8], Int)])
    func invalid(bytes: [UInt8], offset: Int) {
        #expect(throws: InvalidUTF8.self) { try NoteText(bytes: bytes) }
        do {
            _ = try NoteText(bytes: bytes)
        } catch {
            #expect(error.offset.value == offset)
        }
    }

    @Test("the digest of abc is the one of FIPS 180")
    func digest() {
        let digest = TextDigest(of: Array("abc".utf8))
        #expect(digest.hex == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(TextDigest(digest.description) == digest)
        #expect(TextDigest("sha256:ABC") == nil)
        #expect(TextDigest(digest.hex) == nil)
        #expect(TextDigest(of: []).hex.hasPrefix("e3b0c44298fc1c14"))
    }
}
