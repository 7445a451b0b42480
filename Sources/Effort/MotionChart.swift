import ClinicalText
import ReviewUI
import Screen

/// The fewest motion keys from one place of a note to every other, found by pressing them.
///
/// Dijkstra's search over the real `update`; it goes on only as far as it is asked.
final class MotionChart {
    private struct Stop {
        let model: Model
        let keys: [Key]
    }

    private let keys: OracleKeys
    private var paths: [ScalarOffset: [Key]] = [:]
    /// What was reached with a number of keys and has not been left yet.
    private var open: [Int: [Stop]]
    private var cost = 0

    init(from model: Model, keys: OracleKeys) {
        self.keys = keys
        open = [0: [Stop(model: model, keys: [])]]
    }

    /// The keys from the chart's place to the token at `offset`; `nil` if there are more than `limit`.
    func path(to offset: ScalarOffset, limit: Int) -> [Key]? {
        while paths[offset] == nil, cost <= limit { expand() }
        return paths[offset].flatMap { $0.count <= limit ? $0 : nil }
    }

    private func expand() {
        for stop in open[cost] ?? [] where paths[stop.model.cursor] == nil {
            paths[stop.model.cursor] = stop.keys
            for key in keys.counted {
                var model = stop.model
                _ = update(&model, .key(key, at: 0))
                add(model, stop.keys + [key])
                for count in 2...OracleKeys.largestCount {
                    var model = stop.model
                    let counted = [Key.character(Character("\(count)")), key]
                    for key in counted { _ = update(&model, .key(key, at: 0)) }
                    add(model, stop.keys + counted)
                }
            }
            for key in keys.single {
                var model = stop.model
                _ = update(&model, .key(key, at: 0))
                add(model, stop.keys + [key])
            }
        }
        open[cost] = nil
        cost += 1
    }

    private func add(_ model: Model, _ keys: [Key]) {
        if paths[model.cursor] == nil { open[keys.count, default: []].append(Stop(model: model, keys: keys)) }
    }
}

/// The charts of one note, each made once.
final class MotionCharts {
    private let keys: OracleKeys
    private var charts: [ScalarOffset: MotionChart] = [:]

    init(keys: OracleKeys) { self.keys = keys }

    /// The chart from where a session stands, without what is decided or selected in it: motions do not depend on that.
    func chart(from model: Model) -> MotionChart {
        if let known = charts[model.cursor] { return known }
        let chart = MotionChart(from: model, keys: keys)
        charts[model.cursor] = chart
        return chart
    }
}
