import CVectorMath
import Glibc

/// Adam with decoupled weight decay (Loshchilov and Hutter 2019), as PyTorch computes it.
package struct AdamW: Sendable, Hashable {
    /// Of the weights, times the learning rate; biases and norms are left alone.
    package var decay: Float
    package var beta1: Float = 0.9
    package var beta2: Float = 0.999
    package var epsilon: Float = 1e-8

    package init(decay: Float = 0.01) { self.decay = decay }

    /// What the `step`th step, counted from 1, does to parameters that decay or do not.
    func step(_ step: Int, rate: Float, gradientScale: Float, decays: Bool) -> VMAdamW {
        VMAdamW(
            rate: rate, decay: decays ? decay : 0, beta1: beta1, beta2: beta2, epsilon: epsilon,
            first_correction: Float(1 - pow(Double(beta1), Double(step))),
            second_correction_root: Float((1 - pow(Double(beta2), Double(step))).squareRoot()),
            gradient_scale: gradientScale)
    }
}

/// A learning rate that rises linearly from 0, then falls linearly to 0.
package struct LinearSchedule: Sendable, Hashable {
    /// The highest rate.
    package var peak: Float
    /// Steps until it is reached.
    package var warmUpSteps: Int
    /// Steps in all.
    package var totalSteps: Int

    package init(peak: Float, warmUpSteps: Int, totalSteps: Int) {
        self.peak = peak
        self.warmUpSteps = warmUpSteps
        self.totalSteps = totalSteps
    }

    /// The rate of a step, counted from 0.
    package func rate(at step: Int) -> Float {
        if step < warmUpSteps { return peak * Float(step) / Float(max(1, warmUpSteps)) }
        return peak * Float(max(0, totalSteps - step)) / Float(max(1, totalSteps - warmUpSteps))
    }
}
