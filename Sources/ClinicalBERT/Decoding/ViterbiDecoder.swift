import Glibc

/// A run of words that the decoder takes for an entity.
package struct DecodedEntity: Hashable {
    /// Words of the note.
    package let words: Range<Int>
    package let entity: String
    /// The probability that exactly these words are exactly this entity, among all legal readings of the note.
    package let score: Double
}

/// Finds the most probable legal sequence of tags over the words of a whole note.
///
/// Viterbi (1967) for the path, forward–backward (Rabiner 1989, with his scaling) for the scores of its entities, both
/// over the same transitions: legal ones only, as likely as the training notes had them, else all alike.
/// A note of a megabyte has 200,000 words: per word the
/// decoder keeps a byte and a float for each tag, and the backward half is never stored.
package struct ViterbiDecoder {
    package let transitions: TagTransitions
    /// The logarithms of how likely each tag is after each, [tags before × tags after], and of how likely it is as the first.
    private let logWeights: [Double]
    private let logStartWeights: [Double]
    /// The same without logarithm.
    private let weights: [Double]
    private let startWeights: [Double]

    /// Decodes over these transitions, of at most 65,536 tags.
    ///
    /// - Parameter temperature: what the emissions' logits were divided by. Transitions are divided alike, so that it changes
    ///   scores and not the path.
    package init(transitions: TagTransitions, temperature: Float = 1) {
        self.transitions = transitions
        let count = transitions.tags.count
        let known = transitions.logWeights?.map { $0 / Double(temperature) }
        logWeights = known ?? [Double](repeating: 0, count: count * count)
        logStartWeights = (0..<count).map { tag in
            guard let known, let outside = transitions.outside else { return 0 }
            return known[outside * count + tag]
        }
        weights = logWeights.map { exp($0) }
        startWeights = logStartWeights.map { exp($0) }
    }

    private var tagCount: Int { transitions.tags.count }

    /// - Parameter emissions: log-probabilities, [words × tags].
    package func decode(_ emissions: [Float]) -> [DecodedEntity] {
        guard emissions.count >= tagCount else { return [] }
        let path = bestPath(emissions)
        let entities = entities(path)
        return zip(entities, scores(of: entities, path, emissions)).map { words, score in
            DecodedEntity(words: words, entity: transitions.tags[path[words.lowerBound]].entity, score: score)
        }
    }

    private func bestPath(_ emissions: [Float]) -> [Int] {
        let words = emissions.count / tagCount
        var scores = [Double](repeating: -.infinity, count: tagCount)
        var next = scores
        for tag in transitions.starts { scores[tag] = logStartWeights[tag] + Double(emissions[tag]) }
        var back = [UInt16](repeating: 0, count: emissions.count)
        for word in 1..<max(1, words) {
            for tag in 0..<tagCount {
                var best = -Double.infinity
                for previous in transitions.predecessors[tag] {
                    let score = scores[previous] + logWeights[previous * tagCount + tag]
                    guard score > best else { continue }
                    best = score
                    back[word * tagCount + tag] = UInt16(truncatingIfNeeded: previous)
                }
                next[tag] = best + Double(emissions[word * tagCount + tag])
            }
            swap(&scores, &next)
        }
        var path = [Int](repeating: 0, count: words)
        path[words - 1] = scores.indices.filter { transitions.mayEnd[$0] }.max { scores[$0] < scores[$1] } ?? 0
        for word in stride(from: words - 1, to: 0, by: -1) {
            path[word - 1] = Int(back[word * tagCount + path[word]])
        }
        return path
    }

    private func entities(_ path: [Int]) -> [Range<Int>] {
        var entities: [Range<Int>] = []
        var start: Int?
        for index in 0...path.count {
            let tag = index < path.count ? transitions.tags[path[index]] : nil
            if let from = start {
                if let tag, transitions.tags[path[index - 1]].continues(into: tag) { continue }
                entities.append(from..<index)
                start = nil
            }
            if let tag, tag.part != .outside { start = index }
        }
        return entities
    }

    /// The probability of each entity: that its words carry the path's tags and its neighbours do not belong to it.
    private func scores(of entities: [Range<Int>], _ path: [Int], _ emissions: [Float]) -> [Double] {
        let words = path.count
        let (forward, scales) = forward(emissions)
        func emission(_ word: Int, _ tag: Int) -> Double { exp(Double(emissions[word * tagCount + tag])) }
        // Scaled backward probabilities of the word that the loop stands on.
        var backward = transitions.mayEnd.map { $0 ? 1.0 : 0 }
        let total = (0..<tagCount).reduce(0) { $0 + Double(forward[(words - 1) * tagCount + $1]) * backward[$1] }
        var scores = [Double](repeating: 0, count: entities.count)
        var open = entities.count - 1
        for word in stride(from: words, to: 0, by: -1) {
            var following: [Double] = []
            if word < words {
                following = (0..<tagCount).map { emission(word, $0) * backward[$0] / scales[word] }
            }
            while open >= 0, entities[open].upperBound == word {
                let range = entities[open]
                let first = path[range.lowerBound]
                var probability = start(of: range, first, forward, emission(range.lowerBound, first), scales)
                for inner in range.dropFirst() {
                    let step = weights[path[inner - 1] * tagCount + path[inner]]
                    probability *= step * emission(inner, path[inner]) / scales[inner]
                }
                let last = path[word - 1]
                if word < words {
                    probability *= transitions.successors[last].reduce(0) { rest, next in
                        transitions.tags[last].continues(into: transitions.tags[next])
                            ? rest : rest + weights[last * tagCount + next] * following[next]
                    }
                }
                scores[open] = min(1, max(0, probability / max(total, .leastNormalMagnitude)))
                open -= 1
            }
            if word < words {
                backward = transitions.successors.enumerated().map { tag, successors in
                    successors.reduce(0) { $0 + weights[tag * tagCount + $1] * following[$1] }
                }
            }
        }
        return scores
    }

    /// The scaled probability that an entity starts at its first word: nothing of the same entity stands before it.
    private func start(
        of words: Range<Int>, _ tag: Int, _ forward: [Float], _ emission: Double, _ scales: [Double]
    ) -> Double {
        let first = words.lowerBound
        if first == 0 { return Double(forward[tag]) }
        let before = transitions.predecessors[tag].reduce(0.0) { sum, previous in
            transitions.tags[previous].continues(into: transitions.tags[tag])
                ? sum : sum + Double(forward[(first - 1) * tagCount + previous]) * weights[previous * tagCount + tag]
        }
        return before * emission / scales[first]
    }

    /// Forward probabilities, [words × tags], each word's divided by its scale so that they add up to one.
    private func forward(_ emissions: [Float]) -> (values: [Float], scales: [Double]) {
        let words = emissions.count / tagCount
        var values = [Float](repeating: 0, count: emissions.count)
        var scales = [Double](repeating: 1, count: words)
        var before = [Double](repeating: 0, count: tagCount)
        var now = before
        for word in 0..<words {
            var scale = 0.0
            for tag in 0..<tagCount { now[tag] = 0 }
            let tags = word == 0 ? transitions.starts : Array(0..<tagCount)
            for tag in tags {
                let sum =
                    word == 0
                    ? startWeights[tag]
                    : transitions.predecessors[tag].reduce(0) { $0 + before[$1] * weights[$1 * tagCount + tag] }
                now[tag] = sum * exp(Double(emissions[word * tagCount + tag]))
                scale += now[tag]
            }
            // Never 0, since softmax gives every tag something; guarded against underflow all the same.
            scales[word] = max(scale, .leastNormalMagnitude)
            for tag in 0..<tagCount {
                now[tag] /= scales[word]
                values[word * tagCount + tag] = Float(now[tag])
            }
            swap(&before, &now)
        }
        return (values, scales)
    }
}
