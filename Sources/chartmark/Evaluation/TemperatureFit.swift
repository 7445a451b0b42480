import Annotation
import Glibc

/// The temperature at which a model's scores say best how often they are right (Guo and others 2017).
enum TemperatureFit {
    /// Logarithms of a quarter and of four: beyond them a model is wrong in another way than by too much or too little trust.
    private static let range = -log(4.0)...log(4.0)
    /// The search ends within this much of the logarithm of the best, a thousandth of the temperature.
    private static let precision = 1e-3

    /// The temperature with the least log loss.
    ///
    /// - Parameter calibration: of the predictions at a temperature.
    static func best(_ calibration: (Double) -> Calibration) -> Double {
        exp(minimum(range) { calibration(exp($0)).logLoss ?? 0 })
    }

    /// Where a function that falls and then rises is least, by golden sections (Kiefer 1953).
    static func minimum(_ range: ClosedRange<Double>, _ value: (Double) -> Double) -> Double {
        let share = (5.0.squareRoot() - 1) / 2
        var (low, high) = (range.lowerBound, range.upperBound)
        var (left, right) = (high - share * (high - low), low + share * (high - low))
        var (valueLeft, valueRight) = (value(left), value(right))
        while high - low > precision {
            if valueLeft < valueRight {
                (high, right, valueRight) = (right, left, valueLeft)
                left = high - share * (high - low)
                valueLeft = value(left)
            } else {
                (low, left, valueLeft) = (left, right, valueRight)
                right = low + share * (high - low)
                valueRight = value(right)
            }
        }
        return (low + high) / 2
    }
}
