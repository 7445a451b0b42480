import Screen
import Terminal
import Testing

@Suite("Palette")
struct PaletteTests {
    @Test(
        "knows how many colours there are",
        arguments: [
            (-1, Palette.Depth.none), (0, .none), (2, .none), (8, .eight), (16, .sixteen), (88, .sixteen),
            (256, .indexed), (65536, .indexed), (0x100_0000, .direct),
        ])
    func depth(colors: Int, depth: Palette.Depth) {
        #expect(Palette(colors: colors).depth == depth)
    }

    @Test("takes NO_COLOR when it is set and not empty")
    func noColor() {
        #expect(Palette.refusesColors(noColor: "1"))
        #expect(Palette.refusesColors(noColor: "0"))
        #expect(!Palette.refusesColors(noColor: ""))
        #expect(!Palette.refusesColors(noColor: nil))
    }

    @Test("leaves a style without colours to the terminal", arguments: [0, 8, 16, 256, 0x100_0000])
    func plain(colors: Int) {
        let palette = Palette(colors: colors)
        #expect(palette.ink(Style()) == Ink())
        #expect(
            palette.ink(Style(bold: true, dim: true, underline: true, reverse: true))
                == Ink([.bold, .dim, .underline, .reverse]))
    }

    @Test("gives each hue a number of its own among 16, 256 and all colours", arguments: [16, 256, 0x100_0000])
    func distinct(colors: Int) {
        let palette = Palette(colors: colors)
        let numbers = Hue.allCases.map { palette.ink(Style(foreground: $0)).foreground }
        #expect(Set(numbers).count == Hue.allCases.count)
        #expect(numbers.allSatisfy { $0.map { (0..<Int32(colors)).contains($0) } ?? false })
    }

    @Test("draws Okabe and Ito's colours as they are where all colours can be had")
    func direct() {
        let palette = Palette(colors: 0x100_0000)
        #expect(palette.ink(Style(foreground: .vermillion)).foreground == 0xD55E00)
        #expect(palette.ink(Style(foreground: .orange)).foreground == 0xE69F00)
    }

    @Test("puts dark ink on bright grounds and white on blue and black")
    func readable() {
        let palette = Palette(colors: 256)
        for ground in Hue.allCases {
            let isDark = ground == .blue || ground == .black
            #expect(palette.ink(Style(background: ground)).foreground == (isDark ? 231 : 16), "\(ground)")
            #expect(palette.ink(Style(foreground: ground, background: ground)).foreground == (isDark ? 231 : 16))
        }
        #expect(palette.ink(Style(foreground: .blue, background: .yellow)).foreground == 25)
    }

    @Test("makes do with eight colours")
    func eight() {
        let palette = Palette(colors: 8)
        for hue in Hue.allCases {
            let ink = palette.ink(Style(background: hue))
            #expect(ink.background.map { (0..<8).contains($0) } == true)
            #expect(ink.foreground != ink.background)
        }
        #expect(palette.ink(Style(foreground: .gray)) == Ink(.dim))
        #expect(palette.ink(Style(foreground: .yellow)) == Ink(.bold, foreground: 3))
        #expect(palette.ink(Style(foreground: .orange)) == Ink(foreground: 3))
    }

    @Test("keeps what is marked marked without colours")
    func none() {
        let palette = Palette(colors: 0)
        #expect(palette.ink(Style(background: .orange)) == Ink(.reverse))
        #expect(palette.ink(Style(background: .orange, reverse: true)) == Ink([.reverse, .bold]))
        #expect(palette.ink(Style(foreground: .sky, underline: true)) == Ink(.underline))
        #expect(palette.ink(Style(foreground: .gray)) == Ink(.dim))
        #expect(palette.ink(Style(reverse: true)) == Ink(.reverse))
    }
}
