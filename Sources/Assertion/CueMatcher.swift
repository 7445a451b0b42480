/// Finds cues in words: from left to right, the longest at each place, none inside another.
struct CueMatcher: Sendable {
    /// A cue and the words of the passage that it is.
    struct Match {
        let cues: [Cue]
        let words: Range<Int>
    }

    /// By first word, the longest phrases first; phrases with the same words (before and after the finding) together.
    private let byFirstWord: [String: [(words: [String], cues: [Cue])]]

    init(_ cues: [Cue]) {
        let phrases = Dictionary(grouping: cues, by: \.words).map { (words: $0.key, cues: $0.value) }
        byFirstWord = Dictionary(grouping: phrases) { $0.words.first ?? "" }
            .mapValues {
                $0.sorted { ($1.words.count, Self.wildcards($0.words)) < ($0.words.count, Self.wildcards($1.words)) }
            }
    }

    private static func wildcards(_ words: [String]) -> Int { words.count { $0 == Cue.anyWord } }

    /// The cues in some words, in order.
    ///
    /// - Parameter finding: the words of the finding itself, which are no cue: "no [focal deficits]", "[afebrile]".
    func matches(in words: [Passage.Word], besides finding: Range<Int>) -> [Match] {
        var found: [Match] = []
        var index = 0
        while index < words.count {
            if finding.contains(index) {
                index = finding.upperBound
                continue
            }
            let free = words[index..<(index < finding.lowerBound ? finding.lowerBound : words.count)]
            let phrase = byFirstWord[words[index].text]?.first { fits($0.words, free) }
            if let phrase {
                found.append(Match(cues: phrase.cues, words: index..<(index + phrase.words.count)))
                index += phrase.words.count
            } else {
                index += 1
            }
        }
        return found
    }

    private func fits(_ phrase: [String], _ words: ArraySlice<Passage.Word>) -> Bool {
        guard phrase.count <= words.count else { return false }
        return zip(phrase, words).allSatisfy { $0 == $1.text || $0 == Cue.anyWord }
    }
}
