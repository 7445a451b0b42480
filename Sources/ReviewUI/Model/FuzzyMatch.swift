/// Finds names by a few of their letters, as a person types them.
enum FuzzyMatch {
    /// How well `query` fits `candidate`, the larger the better; `nil` if its letters do not occur there in order.
    ///
    /// A beginning beats the beginning of a word, that beats the letters in a row, and those beat letters apart; the
    /// shorter name wins among equals.
    static func score(_ query: String, in candidate: String) -> Int? {
        let wanted = Array(query.lowercased().filter { $0 != " " })
        guard !wanted.isEmpty else { return 0 }
        let letters = Array(candidate.lowercased())
        let length = min(letters.count, 99)
        if letters.starts(with: wanted) { return 400 - length }
        for start in letters.indices where letters[start...].starts(with: wanted) {
            return (isWordStart(start, letters) ? 300 : 200) - length
        }
        var next = 0
        for letter in letters where next < wanted.count && letter == wanted[next] { next += 1 }
        return next == wanted.count ? 100 - length : nil
    }

    /// The elements whose names fit, best first, in their order among equals.
    static func filter<Element>(_ elements: [Element], by query: String, name: (Element) -> String) -> [Element] {
        let scored = elements.enumerated().compactMap { index, element in
            score(query, in: name(element)).map { (score: $0, index: index, element: element) }
        }
        if query.isEmpty { return elements }
        return scored.sorted { ($1.score, $0.index) < ($0.score, $1.index) }.map(\.element)
    }

    private static func isWordStart(_ index: Int, _ letters: [Character]) -> Bool {
        index == 0 || !(letters[index - 1].isLetter || letters[index - 1].isNumber)
    }
}
