import CVectorMath

/// The loss of a choice among classes, −log of the probability of the right one, as PyTorch's `cross_entropy` defines it.
package struct CrossEntropy: Sendable, Hashable {
    /// The share of the target that all classes get alike (Szegedy and others 2016).
    package var smoothing: Float
    /// How much each class counts; empty if all count 1.
    package var classWeights: [Float]

    package init(smoothing: Float = 0, classWeights: [Float] = []) {
        self.smoothing = smoothing
        self.classWeights = classWeights
    }

    /// How much an example of this class counts.
    func weight(of label: Int) -> Float { classWeights.isEmpty ? 1 : classWeights[label] }

    /// Turns one row of logits into the gradient of its loss.
    ///
    /// - Parameters:
    ///   - logits: `count` numbers.
    ///   - scale: by what the loss is multiplied in the end, one over the weights of a batch.
    /// - Returns: the loss, not scaled.
    package func apply(_ logits: UnsafeMutablePointer<Float>, count: Int, label: Int, scale: Float) -> Double {
        let total = vm_log_sum_exp(logits, count)
        let right = (1 - smoothing) * weight(of: label)
        var loss = Double(right) * Double(total - logits[label])
        let share = smoothing / Float(count)
        var all: Float = 0
        if smoothing > 0 {
            for other in 0..<count {
                let weight = share * weight(of: other)
                loss += Double(weight) * Double(total - logits[other])
                all += weight
            }
        }
        vm_exponentials(logits, count, total)
        for other in 0..<count { logits[other] *= (right + all) * scale }
        logits[label] -= right * scale
        if smoothing > 0 {
            for other in 0..<count { logits[other] -= share * weight(of: other) * scale }
        }
        return loss
    }

    /// The same where only is known what is wrong: −log(1 − p), with p the probability of these classes together.
    ///
    /// 1 − p is the share of the others' exponentials, so that the gradient is the difference of two softmaxes: over all
    /// classes, and over the others.
    ///
    /// - Parameter classes: not all of them.
    package func apply(
        _ logits: UnsafeMutablePointer<Float>, count: Int, excluding classes: [Int], scale: Float
    ) -> Double {
        let weight = classes.first.map(weight) ?? 1
        var others = (0..<count).map { logits[$0] }
        for wrong in classes { others[wrong] = -.greatestFiniteMagnitude }
        let total = vm_log_sum_exp(logits, count)
        let rest = others.withUnsafeBufferPointer { vm_log_sum_exp($0.baseAddress, count) }
        others.withUnsafeMutableBufferPointer { vm_exponentials($0.baseAddress, count, rest) }
        vm_exponentials(logits, count, total)
        for index in 0..<count {
            let other = classes.contains(index) ? 0 : others[index]
            logits[index] = (logits[index] - other) * weight * scale
        }
        return Double(weight) * Double(total - rest)
    }
}
