import ClinicalText
import Tokenization

/// How token labels become spans.
public enum Aggregation: String, Sendable, Hashable, CaseIterable {
    /// Every token for itself, with its full label.
    case none
    /// Neighbouring tokens of one entity.
    case simple
    /// As ``simple``, each word labelled by its first piece.
    case first
    /// As ``simple``, each word labelled by the mean of its pieces.
    case average
    /// As ``simple``, each word labelled by its surest piece.
    case max
    /// The best legal reading of the whole note: chartmark's own.
    case viterbi
}

/// A span that the model proposes.
public struct PredictedSpan: Sendable, Hashable {
    /// Where it stands.
    public let span: TextSpan
    /// The entity (for ``Aggregation/none`` the full label).
    public let label: String
    /// How sure the model is, 0 to 1.
    public let score: Double
}

/// The reference's token-classification pipeline, rule for rule (transformers 5, `pipelines/token_classification.py`).
struct PipelineDecoder {
    let labels: [String]
    let tokenizer: Tokenizer
    let strategy: Aggregation

    private struct Entity {
        var label: String
        var score: Double
        var span: TextSpan
    }

    private struct Token {
        let probabilities: [Float]
        let span: TextSpan
        let isSubword: Bool
    }

    /// The entities of one text; of several windows of it, overlapping ones resolved.
    func decode(_ windows: [Encoding], _ logits: [Logits], of text: NoteText) -> [PredictedSpan] {
        var entities = zip(windows, logits).flatMap { window, output in
            aggregate(tokens(window, output, of: text)).filter { $0.label != "O" }
        }
        if windows.count > 1 { entities = Self.resolveOverlaps(entities) }
        return entities.map { PredictedSpan(span: $0.span, label: $0.label, score: $0.score) }
    }

    private func tokens(_ window: Encoding, _ output: Logits, of text: NoteText) -> [Token] {
        (0..<min(window.count, output.rows)).filter { !window.special[$0] }.map { index in
            Token(
                probabilities: output[index].softmax(), span: window.offsets[index],
                isSubword: isSubword(Int(window.ids[index]), at: window.offsets[index], of: text))
        }
    }

    private func isSubword(_ id: Int, at span: TextSpan, of text: NoteText) -> Bool {
        guard id != tokenizer.unknownID else { return false }
        guard tokenizer.continuingPrefix?.isEmpty ?? true else {
            // A piece is taken for part of a word when it is not as long as what it stands for: `##` makes it longer, and
            // so does, by the reference's own rule, a character that was dropped inside.
            return tokenizer.piece(id)?.unicodeScalars.count ?? 0 != span.count
        }
        // Other vocabularies do not say it. A space (no other white space) before the piece, or as its first character,
        // starts a word, even where a line break or a punctuation mark would for a reader.
        guard span.start.value > 0 else { return false }
        return text.scalar(at: ScalarOffset(span.start.value - 1)) != " " && text.scalar(at: span.start) != " "
    }

    private func aggregate(_ tokens: [Token]) -> [Entity] {
        switch strategy {
        case .none: return tokens.map { entity([$0], $0.probabilities) }
        case .simple, .viterbi: return group(tokens.map { entity([$0], $0.probabilities) })
        case .first, .average, .max: return group(words(tokens).map(wordEntity))
        }
    }

    private func words(_ tokens: [Token]) -> [[Token]] {
        tokens.reduce(into: []) { words, token in
            if token.isSubword, !words.isEmpty { words[words.count - 1].append(token) } else { words.append([token]) }
        }
    }

    private func wordEntity(_ word: [Token]) -> Entity {
        switch strategy {
        case .average:
            let mean = labels.indices.map { label in
                word.reduce(Float(0)) { $0 + $1.probabilities[label] } / Float(word.count)
            }
            return entity(word, mean)
        case .max:
            let tops = word.map { $0.probabilities.max() ?? 0 }
            return entity(word, word[tops.argmax()].probabilities)
        default:
            return entity(word, word[0].probabilities)
        }
    }

    private func entity(_ tokens: [Token], _ probabilities: [Float]) -> Entity {
        let best = probabilities.argmax()
        return Entity(
            label: labels[best], score: Double(probabilities[best]),
            span: TextSpan(tokens[0].span.start, tokens[tokens.count - 1].span.end))
    }

    /// Puts neighbours of one tag together.
    ///
    /// `B-` starts anew. A label without `B-` or `I-` counts as `I-` and whole.
    private func group(_ entities: [Entity]) -> [Entity] {
        var groups: [[Entity]] = []
        for entity in entities {
            let (begins, tag) = Self.tag(entity.label)
            if let last = groups.last?.last, Self.tag(last.label).tag == tag, !begins {
                groups[groups.count - 1].append(entity)
            } else {
                groups.append([entity])
            }
        }
        return groups.map { group in
            let name = group[0].label
            let entity = name.firstIndex(of: "-").map { String(name[name.index(after: $0)...]) } ?? name
            return Entity(
                label: entity, score: group.reduce(0) { $0 + $1.score } / Double(group.count),
                span: TextSpan(group[0].span.start, group[group.count - 1].span.end))
        }
    }

    private static func tag(_ label: String) -> (begins: Bool, tag: String) {
        if label.hasPrefix("B-") { return (true, String(label.dropFirst(2))) }
        if label.hasPrefix("I-") { return (false, String(label.dropFirst(2))) }
        return (false, label)
    }

    /// Of entities that overlap the longer stays, of equally long ones the surer.
    private static func resolveOverlaps(_ entities: [Entity]) -> [Entity] {
        // Swift's sort is stable, as the reference's is.
        let sorted = entities.sorted { $0.span.start < $1.span.start }
        guard var best = sorted.first else { return [] }
        var resolved: [Entity] = []
        for entity in sorted {
            if best.span.contains(entity.span.start) {
                let longer = entity.span.count - best.span.count
                if longer > 0 || (longer == 0 && entity.score > best.score) { best = entity }
            } else {
                resolved.append(best)
                best = entity
            }
        }
        return resolved + [best]
    }
}
