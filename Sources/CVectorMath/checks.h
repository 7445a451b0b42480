#ifndef VM_CHECKS_H
#define VM_CHECKS_H

#include "InstructionSet.h"

// A check has a kernel compute a small case and returns the largest difference from plain C as a share of what rounding
// may make: up to 1 is right, more or NaN is not. Cases have odd sizes, so that vectors, tiles and panels are ragged,
// and large numbers among small ones.

/// The largest difference of `count` numbers, each as a share of `allowed` times the larger of 1 and the expected one.
double vm_share(const float *found, const double *expected, size_t count, double allowed);

/// As vm_share, with what a product of so much may be rounded by: `allowed` times the sum of its terms' magnitudes.
double vm_share_of(const float *found, const double *expected, const double *magnitudes, size_t count, double allowed);

/// Numbers between -1 and 1 times `size`, every seventh one sixteen times as large; the same for the same seed.
void vm_fill(float *values, size_t count, uint32_t seed, float size);

/// Checks of the loops of inference.
double vm_check_add_bias(const VMKernels *), vm_check_bias_activation(const VMKernels *),
    vm_check_layer_norm(const VMKernels *), vm_check_softmax(const VMKernels *), vm_check_gate(const VMKernels *),
    vm_check_rotate(const VMKernels *), vm_check_add_relative(const VMKernels *), vm_check_add(const VMKernels *),
    vm_check_from_float16(const VMKernels *), vm_check_from_bfloat16(const VMKernels *),
    vm_check_all_finite(const VMKernels *);

/// Checks of products.
double vm_check_linear(const VMKernels *), vm_check_quantized_linear(const VMKernels *),
    vm_check_bfloat16_linear(const VMKernels *), vm_check_attention(const VMKernels *),
    vm_check_bfloat16_attention(const VMKernels *), vm_check_scores(const VMKernels *),
    vm_check_mixtures(const VMKernels *);

/// Checks of what training adds.
double vm_check_dropout(const VMKernels *), vm_check_norm_forward(const VMKernels *),
    vm_check_norm_backward(const VMKernels *), vm_check_activation_forward(const VMKernels *),
    vm_check_activation_backward(const VMKernels *), vm_check_softmax_backward(const VMKernels *),
    vm_check_log_sum_exp(const VMKernels *), vm_check_exponentials(const VMKernels *),
    vm_check_sum_of_squares(const VMKernels *), vm_check_adamw(const VMKernels *);

#endif
