/// What a terminal writes on.
///
/// Ink that can be read on the one cannot be read on the other: yellow on white is the plainest case.
public enum Ground: String, Hashable, Sendable, CaseIterable {
    /// Black, or nearly.
    case dark
    /// White, or nearly.
    case light

    /// Reads the answer to the question for the ground's colour: `11;rgb:ffff/ffff/dddd`, with one to four digits each
    /// (xterm's control sequences, OSC 11).
    init?(answer: String) {
        let text = answer.filter { $0 != "\u{1B}" }
        guard let start = text.rest(after: ["11;rgb:", "11;rgba:"]) else { return nil }
        let parts = start.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count >= 3 else { return nil }
        var shares: [Double] = []
        for part in parts.prefix(3) {
            guard (1...4).contains(part.count), let value = UInt32(part, radix: 16) else { return nil }
            shares.append(Double(value) / Double((1 << (4 * UInt32(part.count))) - 1))
        }
        // Rec. 601's weights: what the eye makes of the three.
        let lightness = 0.299 * shares[0] + 0.587 * shares[1] + 0.114 * shares[2]
        self = lightness > 0.5 ? .light : .dark
    }

    /// Reads `COLORFGBG`, which rxvt, Konsole and others set: `15;0` or `15;default;0`, the ground last.
    package init?(colorFGBG: String?) {
        guard let last = colorFGBG?.split(separator: ";").last, let number = Int(last), (0...15).contains(number) else {
            return nil
        }
        self = number == 7 || number > 8 ? .light : .dark
    }
}

extension String {
    /// What follows the first of `prefixes` that it starts with.
    fileprivate func rest(after prefixes: [String]) -> Substring? {
        prefixes.first(where: hasPrefix).map { dropFirst($0.count) }
    }
}
