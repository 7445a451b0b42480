import ClinicalText
import Tokenization

/// The words of a note with the label probabilities of each, gathered from overlapping windows.
///
/// A word's are those of its first piece, in the window where it lies farthest from an edge: there it sees most of what
/// surrounds it. The ends of the note are no edges, since nothing is cut off there.
struct WordEmissions {
    /// Where each word stands, first piece to last.
    private(set) var spans: [TextSpan] = []
    /// Log-probabilities, [words × labels].
    private(set) var logProbabilities: [Float] = []

    private let temperature: Float
    /// What number each word has in the text: those that the vocabulary has no piece for are left out.
    private var numbers: [Int] = []
    /// The place of each word's first piece among all pieces of the note.
    private var firstPieces: [Int] = []
    /// How far each word's first piece lay from the edge of the window it was taken from.
    private var distances: [Int] = []

    init(temperature: Float) {
        self.temperature = temperature
    }

    /// The same words at another temperature: log-probabilities are the logits but for what all labels have in common.
    func at(_ temperature: Float) -> WordEmissions {
        var other = WordEmissions(temperature: temperature)
        other.spans = spans
        other.numbers = numbers
        other.firstPieces = firstPieces
        other.distances = distances
        let columns = spans.isEmpty ? 1 : max(1, logProbabilities.count / spans.count)
        for start in stride(from: 0, to: logProbabilities.count, by: columns) {
            other.logProbabilities += logProbabilities[start..<start + columns].logSoftmax(
                temperature: temperature / self.temperature)
        }
        return other
    }

    /// The place of the word with this number, which is among the last ones.
    private func index(of number: Int) -> Int? {
        if numbers.indices.contains(number), numbers[number] == number { return number }
        return numbers.last.flatMap { number <= $0 ? numbers.lastIndex(of: number) : nil }
    }

    /// Takes in the next window; windows come in order.
    mutating func add(_ part: Tokenizer.Window, _ logits: Logits, isLast: Bool) {
        let window = part.encoding
        let content = window.special.indices.filter { !window.special[$0] }
        for (place, token) in content.enumerated() {
            guard let number = window.words[token] else { continue }
            let known = index(of: number)
            let word = known ?? spans.count
            if known == nil {
                numbers.append(number)
                spans.append(window.offsets[token])
                distances.append(-1)
                firstPieces.append(part.firstToken + place)
                logProbabilities += repeatElement(0, count: logits.columns)
            } else if word == spans.count - 1, window.offsets[token].end > spans[word].end {
                spans[word] = TextSpan(spans[word].start, window.offsets[token].end)
            }
            guard firstPieces[word] == part.firstToken + place else { continue }
            let left = part.firstToken == 0 ? Int.max : place
            let right = isLast ? Int.max : content.count - 1 - place
            if min(left, right) > distances[word] {
                distances[word] = min(left, right)
                let start = word * logits.columns
                logProbabilities.replaceSubrange(
                    start..<start + logits.columns, with: logits[token].logSoftmax(temperature: temperature))
            }
        }
    }
}
