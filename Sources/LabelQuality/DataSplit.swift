import Annotation
import ClinicalText

/// Divides notes into training, development and test so that nothing of one side is known from another.
///
/// What must stay together goes together: all notes of a patient (`meta.group`), and notes that are nearly the same, with
/// everyone's readings of them. Such bundles are dealt out one after another, those with rare labels first, each to the side
/// that lacks most of what is in it (Sechidis, Tsoumakas and Vlahavas, "On the stratification of multi-label data", 2011).
public struct DataSplit: Hashable, Sendable {
    /// A side, and its share of all notes.
    public struct Side: Hashable, Sendable {
        /// `train`, `dev` or `test`.
        public let name: String
        /// Its share, 0 to 1.
        public let share: Double

        /// Names a side.
        public init(_ name: String, share: Double) {
            self.name = name
            self.share = share
        }
    }

    /// What is known of a note.
    public struct Item: Sendable {
        let id: String
        let group: String?
        let labels: [String: Int]
    }

    /// The sides.
    public let sides: [Side]
    /// The side of each note, by id.
    public let places: [String: String]
    /// How many notes lie where they are because they are nearly the same as another.
    public let duplicates: Int
    /// How many bundles were dealt.
    public let bundles: Int

    /// Divides notes.
    ///
    /// - Parameters:
    ///   - readings: each annotator's record of each note.
    ///   - sides: at least one; shares add up to 1.
    ///   - seed: of the order among equals; the same seed and notes give the same split.
    public init(_ readings: [LabelReading], into sides: [Side], seed: UInt64) {
        var search = NearDuplicates()
        var items: [Item] = []
        var index: [String: Int] = [:]
        for reading in readings {
            let labels = reading.record.spans.reduce(into: [String: Int]()) { $0[$1.content.label, default: 0] += 1 }
            if let known = index[reading.record.id] {
                // Two readings of a note are one note to learn from.
                items[known] = Item(
                    id: items[known].id, group: items[known].group,
                    labels: items[known].labels.merging(labels) { max($0, $1) })
                continue
            }
            index[reading.record.id] = items.count
            items.append(
                Item(
                    id: reading.record.id, group: reading.record.meta["group"]?.nameValue, labels: labels))
            search.add(reading)
        }
        let matches = search.matches()
        self.init(items, alike: matches.map { ($0.text, $0.first) }, into: sides, seed: seed)
    }

    private init(_ items: [Item], alike: [(Int, Int)], into sides: [Side], seed: UInt64) {
        self.sides = sides
        duplicates = alike.count
        let bundles = Self.bundles(items, alike, seed: seed)
        self.bundles = bundles.count
        var places: [String: String] = [:]
        for (bundle, side) in zip(bundles, Self.deal(bundles, to: sides)) {
            for item in bundle.items { places[item.id] = side.name }
        }
        self.places = places
    }

    private struct Bundle {
        let items: [Item]
        let labels: [String: Int]
        let order: UInt64
    }

    private static func bundles(_ items: [Item], _ alike: [(Int, Int)], seed: UInt64) -> [Bundle] {
        var root = Array(items.indices)
        func find(_ item: Int) -> Int {
            var item = item
            while root[item] != item { item = root[item] }
            return item
        }
        func join(_ one: Int, _ other: Int) {
            let (first, second) = (find(one), find(other))
            root[max(first, second)] = min(first, second)
        }
        for (one, other) in alike { join(one, other) }
        var first: [String: Int] = [:]
        for (number, item) in items.enumerated() {
            guard let group = item.group else { continue }
            if let other = first[group] { join(number, other) } else { first[group] = number }
        }
        return Dictionary(grouping: items.indices, by: find).values.map { members in
            let items = members.sorted().map { items[$0] }
            let labels = items.reduce(into: [String: Int]()) { $0.merge($1.labels, uniquingKeysWith: +) }
            // Named by its first note in alphabetical order, so that the order of the file does not matter.
            return Bundle(
                items: items, labels: labels,
                order: SeededOrder.number(items.map(\.id).min() ?? "", seed: seed))
        }.sorted { $0.order < $1.order }
    }

    /// The side of each bundle.
    private static func deal(_ bundles: [Bundle], to sides: [Side]) -> [Side] {
        let total = bundles.reduce(into: [String: Int]()) { $0.merge($1.labels, uniquingKeysWith: +) }
        let notes = bundles.reduce(0) { $0 + $1.items.count }
        /// What each side still lacks of notes and of each label.
        var wantedNotes = sides.map { $0.share * Double(notes) }
        var wanted = sides.map { side in total.mapValues { side.share * Double($0) } }
        var dealt = [Int?](repeating: nil, count: bundles.count)
        func give(_ bundle: Int, for label: String?) {
            let chosen = sides.indices.max { one, other in
                let first = (label.flatMap { wanted[one][$0] } ?? 0, wantedNotes[one])
                let second = (label.flatMap { wanted[other][$0] } ?? 0, wantedNotes[other])
                return first < second
            }
            guard let chosen else { return }
            dealt[bundle] = chosen
            wantedNotes[chosen] -= Double(bundles[bundle].items.count)
            for (label, count) in bundles[bundle].labels { wanted[chosen][label, default: 0] -= Double(count) }
        }
        // A rare label has few bundles to go in; a frequent one comes right with what is left. The largest bundle first.
        for label in total.keys.sorted(by: { (total[$0] ?? 0, $0) < (total[$1] ?? 0, $1) }) {
            let open = bundles.indices.filter { dealt[$0] == nil && bundles[$0].labels[label] != nil }
            let largestFirst = open.sorted { one, other in
                let (first, second) = (bundles[one].labels[label] ?? 0, bundles[other].labels[label] ?? 0)
                return (second, bundles[one].order) < (first, bundles[other].order)
            }
            for bundle in largestFirst { give(bundle, for: label) }
        }
        for bundle in bundles.indices where dealt[bundle] == nil { give(bundle, for: nil) }
        return dealt.map { sides[$0 ?? 0] }
    }
}
