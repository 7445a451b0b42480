/// What an output label says of a token: which entity, and which part of it.
///
/// Read from the names: `B-`/`I-` (BIO), with `E-`/`S-` (BIOES) or `L-`/`U-` (BILOU); names without prefix are entities
/// whose neighbouring tokens belong together.
package struct LabelTag: Sendable, Hashable {
    package enum Part: Sendable, Hashable {
        case outside
        case begin
        case inside
        /// `E-` or `L-`.
        case last
        /// `S-` or `U-`.
        case single
        /// An unprefixed name.
        case plain
    }

    package let part: Part
    package let entity: String

    /// The tags of a model's labels.
    package static func tags(of labels: [String]) -> [LabelTag] {
        let parts: [Character: Part] = ["B": .begin, "I": .inside, "E": .last, "L": .last, "S": .single, "U": .single]
        func prefixed(_ label: String) -> LabelTag? {
            guard let first = label.first, let part = parts[first], label.dropFirst().first == "-", label.count > 2
            else {
                return nil
            }
            return LabelTag(part: part, entity: String(label.dropFirst(2)))
        }
        let isPrefixed = labels.allSatisfy { $0 == "O" || prefixed($0) != nil }
        return labels.map { label in
            if label == "O" { return LabelTag(part: .outside, entity: "") }
            return (isPrefixed ? prefixed(label) : nil) ?? LabelTag(part: .plain, entity: label)
        }
    }

    /// Whether `next`, standing right after this tag, belongs to the same entity.
    package func continues(into next: LabelTag) -> Bool {
        guard entity == next.entity else { return false }
        switch (part, next.part) {
        case (.begin, .inside), (.begin, .last), (.inside, .inside), (.inside, .last), (.plain, .plain): return true
        default: return false
        }
    }
}

/// Which tags may follow which, and how likely they are to.
package struct TagTransitions: Sendable {
    package let tags: [LabelTag]
    /// For each tag, those that may stand before it.
    let predecessors: [[Int]]
    /// For each tag, those that may stand after it.
    package let successors: [[Int]]
    /// Tags that may stand first.
    package let starts: [Int]
    /// Whether a tag may stand last.
    package let mayEnd: [Bool]
    /// The weighted logarithm of how likely each tag is after each, [tags before × tags after]; `nil` where all are alike.
    let logWeights: [Double]?
    /// The tag that a note is taken to start after: the outside one.
    package let outside: Int?

    package init(_ labels: [String], counts: TransitionCounts? = nil) {
        let tags = LabelTag.tags(of: labels)
        let hasLast = tags.contains { $0.part == .last || $0.part == .single }
        let begun = Set(tags.filter { $0.part == .begin }.map(\.entity))
        // With an explicit last part an entity stays open until it comes.
        func closes(_ tag: LabelTag) -> Bool { !(hasLast && (tag.part == .begin || tag.part == .inside)) }
        func opens(_ tag: LabelTag) -> Bool {
            switch tag.part {
            case .outside, .begin, .single, .plain: true
            // A scheme without `B-` for this entity (IOB1) opens it with `I-`.
            case .inside, .last: !begun.contains(tag.entity)
            }
        }
        func follows(_ previous: LabelTag, _ next: LabelTag) -> Bool {
            previous.continues(into: next) || (closes(previous) && opens(next))
        }
        self.tags = tags
        predecessors = tags.map { next in tags.indices.filter { follows(tags[$0], next) } }
        successors = tags.map { previous in tags.indices.filter { follows(previous, tags[$0]) } }
        starts = tags.indices.filter { opens(tags[$0]) }
        mayEnd = tags.map(closes)
        logWeights = counts?.logWeights(labels)
        outside = tags.firstIndex { $0.part == .outside }
    }
}
