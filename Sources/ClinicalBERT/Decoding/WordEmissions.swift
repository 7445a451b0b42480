import ClinicalText
import Tokenization

/// The words of a note with the label probabilities of each, gathered from overlapping windows.
///
/// A word's are those of its first piece, in the window where it lies farthest from an edge: there it sees most of what
/// surrounds it. The ends of the note are no edges, since nothing is cut off there.
struct WordEmissions {
    /// Where each word stands, first piece to last.
    private(set) var spans: [TextSpan] = []
    /// Log-probabilities, [words][labels].
    private(set) var logProbabilities: [[Double]] = []

    /// - Parameters:
    ///   - step: content tokens from one window's start to the next one's.
    init(windows: [Encoding], logits: [Logits], step: Int, temperature: Float) {
        var distances: [Int] = []
        for (index, (window, output)) in zip(windows, logits).enumerated() {
            let content = window.special.indices.filter { !window.special[$0] }
            for (place, token) in content.enumerated() {
                guard let word = window.words[token] else { continue }
                let isFirstPiece = word == spans.count
                if isFirstPiece {
                    spans.append(window.offsets[token])
                    distances.append(-1)
                    logProbabilities.append([])
                    firstPieces.append(index * step + place)
                } else if word == spans.count - 1, window.offsets[token].end > spans[word].end {
                    spans[word] = TextSpan(spans[word].start, window.offsets[token].end)
                }
                guard firstPieces[word] == index * step + place else { continue }
                let left = index == 0 ? Int.max : place
                let right = index == windows.count - 1 ? Int.max : content.count - 1 - place
                if min(left, right) > distances[word] {
                    distances[word] = min(left, right)
                    logProbabilities[word] = output[token].logSoftmax(temperature: temperature)
                }
            }
        }
    }

    /// The place of each word's first piece among all pieces of the note.
    private var firstPieces: [Int] = []
}
