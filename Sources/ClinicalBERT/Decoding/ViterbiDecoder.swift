import Glibc

/// A run of words that the decoder takes for an entity.
struct DecodedEntity: Hashable {
    /// Words of the note.
    let words: Range<Int>
    let entity: String
    /// The probability that exactly these words are exactly this entity, among all legal readings of the note.
    let score: Double
}

/// Finds the most probable legal sequence of tags over the words of a whole note.
///
/// Viterbi (1967) for the path, forward–backward (Rabiner 1989, with his scaling) for the scores of its entities, both
/// over the same transitions, all legal ones equally likely.
struct ViterbiDecoder {
    let transitions: TagTransitions

    /// - Parameter emissions: log-probabilities, [words][tags].
    func decode(_ emissions: [[Double]]) -> [DecodedEntity] {
        guard !emissions.isEmpty else { return [] }
        let path = bestPath(emissions)
        let lattice = Lattice(emissions, transitions)
        return entities(path).map { words in
            DecodedEntity(
                words: words, entity: transitions.tags[path[words.lowerBound]].entity,
                score: lattice.probability(of: words, path, transitions))
        }
    }

    private func bestPath(_ emissions: [[Double]]) -> [Int] {
        let count = transitions.tags.count
        var scores = [Double](repeating: -.infinity, count: count)
        for tag in transitions.starts { scores[tag] = emissions[0][tag] }
        var back: [[Int32]] = []
        back.reserveCapacity(emissions.count)
        for word in emissions.dropFirst() {
            var next = [Double](repeating: -.infinity, count: count)
            var from = [Int32](repeating: 0, count: count)
            for tag in 0..<count {
                for previous in transitions.predecessors[tag] where scores[previous] > next[tag] {
                    next[tag] = scores[previous]
                    from[tag] = Int32(previous)
                }
                next[tag] += word[tag]
            }
            scores = next
            back.append(from)
        }
        let last = scores.indices.filter { transitions.mayEnd[$0] }.max { scores[$0] < scores[$1] } ?? 0
        var path = [last]
        for from in back.reversed() { path.append(Int(from[path[path.count - 1]])) }
        return path.reversed()
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
}

/// Scaled forward and backward probabilities of a note.
private struct Lattice {
    let emissions: [[Double]]
    var forward: [[Double]] = []
    var backward: [[Double]]
    /// The factor by which each word's forward probabilities were divided.
    var scales: [Double] = []

    init(_ logarithms: [[Double]], _ transitions: TagTransitions) {
        emissions = logarithms.map { $0.map { exp($0) } }
        let count = transitions.tags.count
        for (word, emission) in emissions.enumerated() {
            var values = [Double](repeating: 0, count: count)
            if word == 0 {
                for tag in transitions.starts { values[tag] = emission[tag] }
            } else {
                let before = forward[word - 1]
                for tag in 0..<count {
                    values[tag] = transitions.predecessors[tag].reduce(0) { $0 + before[$1] } * emission[tag]
                }
            }
            // Never 0: outside is legal everywhere and softmax gives it something; guarded against underflow all the same.
            let scale = max(values.reduce(0, +), .leastNormalMagnitude)
            scales.append(scale)
            forward.append(values.map { $0 / scale })
        }
        backward = Array(repeating: [], count: emissions.count)
        backward[emissions.count - 1] = transitions.mayEnd.map { $0 ? 1 : 0 }
        for word in stride(from: emissions.count - 2, through: 0, by: -1) {
            var values = [Double](repeating: 0, count: count)
            for tag in 0..<count {
                let weight = emissions[word + 1][tag] * backward[word + 1][tag] / scales[word + 1]
                for previous in transitions.predecessors[tag] { values[previous] += weight }
            }
            backward[word] = values
        }
    }

    /// The probability that the words carry the path's tags, and that their neighbours do not belong to the entity.
    func probability(of words: Range<Int>, _ path: [Int], _ transitions: TagTransitions) -> Double {
        let first = words.lowerBound
        let last = words.upperBound - 1
        let tags = transitions.tags
        var probability: Double
        if first == 0 {
            probability = forward[0][path[0]]
        } else {
            let before = transitions.predecessors[path[first]].filter { !tags[$0].continues(into: tags[path[first]]) }
            probability = before.reduce(0) { $0 + forward[first - 1][$1] } * emissions[first][path[first]] / scales[first]
        }
        for word in words.dropFirst() { probability *= emissions[word][path[word]] / scales[word] }
        if last + 1 < emissions.count {
            var rest = 0.0
            for next in tags.indices where !tags[path[last]].continues(into: tags[next]) {
                guard transitions.predecessors[next].contains(path[last]) else { continue }
                rest += emissions[last + 1][next] * backward[last + 1][next] / scales[last + 1]
            }
            probability *= rest
        }
        // Normalised by what the last word leaves for paths that may end there (1 unless the scheme has open ends).
        let total = zip(forward[forward.count - 1], transitions.mayEnd).reduce(0) { $0 + ($1.1 ? $1.0 : 0) }
        return min(1, max(0, probability / max(total, .leastNormalMagnitude)))
    }
}
