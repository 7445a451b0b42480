import ClinicalText
import Tokenization

/// A mask of a text with what could stand in its place.
public struct FilledMask: Sendable, Hashable {
    /// Where the mask stands.
    public let span: TextSpan
    /// The likeliest first.
    public let candidates: [TokenCandidate]
}

extension ClinicalModel {
    /// What a masked language model would put in place of each mask of each text.
    ///
    /// A text longer than the model's maximum is read in overlapping windows, a mask in the one where it lies farthest from
    /// an edge.
    ///
    /// - Parameters:
    ///   - texts: with masks as the checkpoint writes them, `[MASK]` or `<mask>`.
    ///   - count: candidates for each mask.
    ///   - options: the windows; how labels become spans does not matter here.
    /// - Returns: the masks of each text in order; `nil` if it was cancelled or the model has another head.
    /// - Throws: ``WindowError`` for a window and stride that cannot be.
    public func filledMasks(
        in texts: [NoteText], candidates count: Int, options: SpanOptions = SpanOptions(),
        threads: Int = ClinicalModel.defaultThreads, isCancelled: @Sendable () -> Bool = { false }
    ) throws(WindowError) -> [[FilledMask]]? {
        let division = try division(options)
        var encodings: [Encoding] = []
        var masks: [[Int]] = []
        var places: [Range<Int>] = []
        for text in texts {
            let windows = try tokenizer.windows(text, maximum: division.maximum, stride: division.stride ?? 0)
            places.append(encodings.count..<encodings.count + windows.count)
            encodings += windows
            masks += self.masks(of: windows)
        }
        guard
            let candidates = candidates(
                count, for: encodings, at: masks, threads: threads, isCancelled: isCancelled)
        else { return nil }
        return places.map { windows in
            let filled = windows.flatMap { window in
                zip(masks[window], candidates[window]).map { token, candidates in
                    FilledMask(span: encodings[window].offsets[token], candidates: candidates)
                }
            }
            return filled.sorted { $0.span.start < $1.span.start }
        }
    }

    /// For each window the masks that are read in it.
    private func masks(of windows: [Encoding]) -> [[Int]] {
        guard let mask = tokenizer.maskID else { return windows.map { _ in [] } }
        var chosen: [TextSpan: (window: Int, token: Int, distance: Int)] = [:]
        for (index, window) in windows.enumerated() {
            for (token, id) in window.ids.enumerated() where id == mask && !window.special[token] {
                let left = index == 0 ? Int.max : token
                let right = index == windows.count - 1 ? Int.max : window.count - 1 - token
                let distance = min(left, right)
                if distance > chosen[window.offsets[token]]?.distance ?? -1 {
                    chosen[window.offsets[token]] = (index, token, distance)
                }
            }
        }
        var tokens = [[Int]](repeating: [], count: windows.count)
        for place in chosen.values { tokens[place.window].append(place.token) }
        return tokens
    }
}
