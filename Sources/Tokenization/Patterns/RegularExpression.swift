/// The part of Oniguruma's patterns that tokenizers are written in, matched by backtracking.
///
/// Characters, sets, `\p{…}`, alternatives, `?`, `*`, `+`, `{n,m}` with their lazy and possessive forms on one character,
/// groups that may be optional, `(?i:…)`, look-ahead. Groups are never repeated, so that the depth of a match is that of
/// the pattern, whatever the text.
struct RegularExpression: Sendable {
    enum Greed: Sendable {
        case greedy
        case lazy
        case possessive
    }

    indirect enum Node: Sendable {
        case scalars(ScalarSet, minimum: Int, maximum: Int, Greed)
        case group([[Node]], isOptional: Bool)
        case lookAhead([[Node]], isNegated: Bool)
    }

    let alternatives: [[Node]]

    /// Where the match that starts at `start` ends, or `nil`.
    func end(in text: AlignedText, from start: Int, to end: Int) -> Int? {
        Matcher(text: text, end: end).match(alternatives, start) { $0 }
    }
}

private struct Matcher {
    let text: AlignedText
    let end: Int

    func match(_ alternatives: [[RegularExpression.Node]], _ place: Int, then next: (Int) -> Int?) -> Int? {
        for nodes in alternatives {
            if let found = match(nodes[...], place, then: next) { return found }
        }
        return nil
    }

    private func match(_ nodes: ArraySlice<RegularExpression.Node>, _ place: Int, then next: (Int) -> Int?) -> Int? {
        guard let node = nodes.first else { return next(place) }
        let rest = nodes.dropFirst()
        switch node {
        case .scalars(let set, let minimum, let maximum, let greed):
            return match(set, minimum, maximum, greed, place) { match(rest, $0, then: next) }
        case .group(let alternatives, let isOptional):
            let found = match(alternatives, place) { match(rest, $0, then: next) }
            return found ?? (isOptional ? match(rest, place, then: next) : nil)
        case .lookAhead(let alternatives, let isNegated):
            guard (match(alternatives, place) { $0 } == nil) == isNegated else { return nil }
            return match(rest, place, then: next)
        }
    }

    private func match(
        _ set: ScalarSet, _ minimum: Int, _ maximum: Int, _ greed: RegularExpression.Greed, _ place: Int,
        then next: (Int) -> Int?
    ) -> Int? {
        var count = 0
        var place = place
        func step() -> Bool {
            guard place < end else { return false }
            let (scalar, length) = text.scalar(at: place)
            guard set.contains(scalar) else { return false }
            place += length
            count += 1
            return true
        }
        while count < (greed == .lazy ? minimum : maximum), step() {}
        guard count >= minimum else { return nil }
        switch greed {
        case .possessive: return next(place)
        case .lazy:
            repeat {
                if let found = next(place) { return found }
            } while count < maximum && step()
            return nil
        case .greedy:
            while true {
                if let found = next(place) { return found }
                guard count > minimum else { return nil }
                place = text.start(before: place)
                count -= 1
            }
        }
    }
}
