/// News of an adapter that is trained beside the interface.
public enum TrainingNews: Hashable, Sendable {
    /// How far it is, 0 to 1, and the seconds that are left.
    case progress(share: Double, secondsLeft: Double)
    /// It is done, and waits to be adopted.
    case offered(AdapterOffer)
    /// There is none; the line says why.
    case failed(String)
    /// The one that was to be used is not; the line says why.
    case notAdopted(String)
    /// Suggestions come from this version from now on, or from the model as it is.
    case inUse(String?)
}

/// An adapter that may be adopted: how it reads the annotator's own notes.
public struct AdapterOffer: Hashable, Sendable {
    /// Complete notes among those that it was trained on.
    public let notes: Int
    /// Strict micro F1 on notes that it has not learned from, by five folds.
    public let f1: Double
    /// Where F1 may as well lie; `nil` if that is not known.
    public let interval: ClosedRange<Double>?
    /// F1 of the model without it on the same notes.
    public let baseF1: Double
    /// Where the difference between the two may lie; `nil` if that is not known.
    public let difference: ClosedRange<Double>?

    /// An offer.
    public init(
        notes: Int, f1: Double, interval: ClosedRange<Double>?, baseF1: Double, difference: ClosedRange<Double>?
    ) {
        self.notes = notes
        self.f1 = f1
        self.interval = interval
        self.baseF1 = baseF1
        self.difference = difference
    }

    /// Under so many notes an interval says more than they know.
    private static let leastNotes = 30

    /// Whether it is better, as far as these notes tell.
    var verdict: String {
        guard notes >= Self.leastNotes, let difference else { return "too few to tell" }
        if difference.lowerBound > 0 { return "better" }
        return difference.upperBound < 0 ? "worse" : "unclear"
    }

    /// What there is to decide by, in a line.
    var words: String {
        let around = interval.map { " (\($0.lowerBound.twoDigits)–\($0.upperBound.twoDigits))" } ?? ""
        return "adapter of \(notes) notes: F1 \(f1.twoDigits)\(around), without \(baseF1.twoDigits): \(verdict)"
    }
}

/// What the model knows of its training.
struct Retraining: Hashable, Sendable {
    enum State: Hashable, Sendable {
        case idle
        case running(share: Double, secondsLeft: Double?)
        case offered(AdapterOffer)
    }

    var state = State.idle
    /// After how many completed notes it starts by itself; `nil` for never.
    var every: Int?
    /// Notes that were completed since it started last.
    var completed = 0
    /// The version that suggestions come from.
    var inUse: String?
    /// What is about to be used.
    var adopting: AdapterOffer?
    /// Whether the person asked for another version.
    var isChanging = false

    var isRunning: Bool {
        if case .running = state { return true }
        return false
    }

    var offer: AdapterOffer? {
        if case .offered(let offer) = state { return offer }
        return nil
    }
}

extension Double {
    /// `0.63`; dashes for what is no number.
    fileprivate var twoDigits: String {
        guard isFinite else { return "–" }
        let hundredths = Int((Swift.min(1, Swift.max(0, self)) * 100).rounded())
        return "\(hundredths / 100)." + String(String(100 + hundredths % 100).dropFirst())
    }
}
