import Screen
import Terminal
import Testing

@Suite("What the terminal writes on")
struct GroundTests {
    private func decode(_ batches: String...) -> (keys: [Key], ground: Ground?) {
        var decoder = KeyDecoder()
        let keys = batches.flatMap { decoder.decode($0.utf8.map(RawKey.byte)) }
        return (keys, decoder.takeGround())
    }

    @Test(
        "is read from the terminal's answer",
        arguments: [
            ("rgb:ffff/ffff/ffff", Ground.light), ("rgb:0000/0000/0000", .dark), ("rgb:fd/f6/e3", .light),
            ("rgb:00/2b/36", .dark), ("rgba:1e1e/1e1e/1e1e/ffff", .dark), ("rgb:f/f/f", .light),
        ])
    func answers(color: String, ground: Ground) {
        for end in ["\u{07}", "\u{1B}\\"] {
            let read = decode("a\u{1B}]11;\(color)\(end)b")
            #expect(read.ground == ground)
            #expect(read.keys == [.character("a"), .character("b")])
        }
    }

    @Test("is read from an answer that comes in parts, of which no letter is a command")
    func parts() {
        let read = decode("\u{1B}]1", "1;rgb:ff", "ff/ffff/ffff\u{1B}", "\\n")
        #expect(read.ground == .light)
        #expect(read.keys == [.character("n")])
    }

    @Test(
        "is not known from an answer that makes no sense",
        arguments: ["11;rgb:", "11;rgb:ff/ff", "11;rgb:xx/yy/zz", "11;rgb:fffff/0/0", "12;rgb:ff/ff/ff", "1", "11;?"])
    func nonsense(answer: String) {
        let read = decode("\u{1B}]\(answer)\u{07}x")
        #expect(read.ground == nil)
        #expect(read.keys == [.character("x")])
    }

    @Test("is not taken from what a person types: Escape and a bracket are keys")
    func typed() {
        #expect(decode("\u{1B}]").keys == [.escape, .character("]")])
        #expect(decode("\u{1B}]n").keys == [.escape, .character("]"), .character("n")])
    }

    @Test("an answer without an end is given up and does not swallow keys for ever")
    func endless() {
        let read = decode("\u{1B}]11;" + String(repeating: "f", count: 200))
        #expect(read.keys.count > 100)
        #expect(read.ground == nil)
    }

    @Test(
        "is read from COLORFGBG",
        arguments: [
            ("15;0", Ground.dark), ("0;15", .light), ("0;default;7", .light), ("15;default;8", .dark),
            ("0;default", nil),
            ("", nil), ("0;16", nil), (nil, nil),
        ] as [(String?, Ground?)])
    func colorFGBG(value: String?, ground: Ground?) { #expect(Ground(colorFGBG: value) == ground) }

    /// WCAG 2.2's relative luminance.
    private func luminance(_ color: UInt32) -> Double {
        func linear(_ byte: UInt32) -> Double {
            let share = Double(byte & 0xFF) / 255
            guard share > 0.03928 else { return share / 12.92 }
            // ((c + 0.055) / 1.055) ^ 2.4, as a square and a fifth root: 2.4 is 2 + 2/5.
            let base = (share + 0.055) / 1.055
            return base * base * fifthRoot(base * base)
        }
        return 0.2126 * linear(color >> 16) + 0.7152 * linear(color >> 8) + 0.0722 * linear(color)
    }

    /// Newton's steps for the fifth root of a number up to 1.
    private func fifthRoot(_ value: Double) -> Double {
        var root = 1.0
        for _ in 0..<60 { root -= (root * root * root * root * root - value) / (5 * root * root * root * root) }
        return root
    }

    private func contrast(_ one: UInt32, _ other: UInt32) -> Double {
        let (first, second) = (luminance(one), luminance(other))
        return (max(first, second) + 0.05) / (min(first, second) + 0.05)
    }

    /// The colour that xterm's cube and greys have for a number.
    private func cube(_ number: Int32) -> UInt32 {
        if number >= 232 { return UInt32(8 + 10 * (number - 232)) * 0x010101 }
        let levels: [UInt32] = [0, 95, 135, 175, 215, 255]
        let place = Int(number - 16)
        return levels[place / 36] << 16 | levels[place / 6 % 6] << 8 | levels[place % 6]
    }

    private static let inks = Hue.allCases.filter { $0 != .black && $0 != .white }

    @Test("ink can be read on it: 4.5 to 1 of WCAG 2.2, in 256 colours and in all", arguments: Ground.allCases)
    func readable(ground: Ground) throws {
        let paper: UInt32 = ground == .light ? 0xFFFFFF : 0x000000
        for hue in Self.inks {
            let indexed = try #require(Palette(colors: 256, ground: ground).ink(Style(foreground: hue)).foreground)
            #expect(contrast(cube(indexed), paper) >= 4.45, "\(hue) is \(indexed)")
            let exact = try #require(Palette(colors: 1 << 24, ground: ground).ink(Style(foreground: hue)).foreground)
            #expect(contrast(UInt32(exact), paper) >= 4.45, "\(hue)")
        }
        let inks = Self.inks.map { Palette(colors: 256, ground: ground).ink(Style(foreground: $0)).foreground }
        #expect(Set(inks).count == inks.count)
    }

    @Test("ink on a coloured ground can be read", arguments: [256, 1 << 24])
    func onGround(colors: Int) throws {
        for hue in Self.inks {
            let ink = Palette(colors: colors).ink(Style(background: hue))
            let (front, back) = (try #require(ink.foreground), try #require(ink.background))
            let isCube = colors == 256
            #expect(
                contrast(isCube ? cube(front) : UInt32(front), isCube ? cube(back) : UInt32(back)) >= 4.45, "\(hue)")
        }
    }

    @Test("exact colours stand for numbers of the 256, none for two", arguments: Ground.allCases)
    func exact(ground: Ground) {
        let exact = Palette(colors: 256, ground: ground).exactColors
        #expect(Set(exact.map(\.number)).count == exact.count)
        #expect(exact.contains { $0.color == 0xD55E00 }, "Okabe and Ito's vermillion, as a ground")
        #expect(exact.allSatisfy { (16...255).contains($0.number) })
        #expect(Palette(colors: 8, ground: ground).exactColors.isEmpty)
    }

    @Test("the environment says whether colours may be exact")
    func colorTerm() {
        #expect(TerminalOptions.takesExactColors(colorTerm: "truecolor"))
        #expect(TerminalOptions.takesExactColors(colorTerm: "24bit"))
        #expect(!TerminalOptions.takesExactColors(colorTerm: "1"))
        #expect(!TerminalOptions.takesExactColors(colorTerm: nil))
    }
}
