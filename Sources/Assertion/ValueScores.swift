/// How well proposals of one value match gold ones: counts, and precision, recall and F1 from them.
public struct ValueScores: Hashable, Sendable {
    /// The value that is counted.
    public let value: AssertionValue
    /// Proposals of the value that are right.
    public private(set) var matched = 0
    /// Proposals of the value.
    public private(set) var proposed = 0
    /// Findings that have it.
    public private(set) var gold = 0

    /// Nothing counted yet.
    public init(of value: AssertionValue) { self.value = value }

    /// Counts one finding.
    public mutating func add(_ proposal: AssertionValue, isGold: Bool) {
        if proposal == value { proposed += 1 }
        if isGold { gold += 1 }
        if proposal == value, isGold { matched += 1 }
    }

    /// Of what was proposed, the share that is right; 0 where nothing was.
    public var precision: Double { proposed == 0 ? 0 : Double(matched) / Double(proposed) }
    /// Of what is in the gold, the share that was proposed; 0 where there is none.
    public var recall: Double { gold == 0 ? 0 : Double(matched) / Double(gold) }
    /// The harmonic mean of the two.
    public var f1: Double { proposed + gold == 0 ? 0 : 2 * Double(matched) / Double(proposed + gold) }
}
