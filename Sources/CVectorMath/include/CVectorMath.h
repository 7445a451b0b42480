#ifndef CVECTORMATH_H
#define CVECTORMATH_H

#include <stddef.h>
#include <stdint.h>

// The loops of a BERT encoder that need the vector unit. Each is compiled for AVX-512, AVX2 and the baseline (NEON on
// Arm), and the widest one this processor has is chosen at run time. All matrices are row-major; `stride` is the distance
// of two rows in floats.

/// Activation functions by the names checkpoints give them.
typedef enum VMActivation {
    VM_GELU,        ///< x * Phi(x), by erf ("gelu")
    VM_GELU_TANH,   ///< the tanh approximation ("gelu_new", "gelu_pytorch_tanh", "gelu_fast")
    VM_GELU_QUICK,  ///< x * sigmoid(1.702 x) ("quick_gelu")
    VM_RELU,        ///< max(x, 0) ("relu")
    VM_SILU,        ///< x * sigmoid(x) ("silu", "swish")
    VM_TANH,        ///< tanh x, the poolers'
} VMActivation;

/// values[r][c] += bias[c]
void vm_add_bias(float *values, const float *bias, size_t rows, size_t columns);

/// values[r][c] = activation(values[r][c] + bias[c])
void vm_bias_activation(float *values, const float *bias, size_t rows, size_t columns, VMActivation activation);

/// hidden[r] = normalise(hidden[r] + update[r] + bias) * weight + shift, over each row; `update` and `bias` may be NULL.
void vm_residual_layer_norm(float *hidden, const float *update, const float *bias, const float *weight,
                            const float *shift, float epsilon, size_t rows, size_t columns);

/// scores[r] = softmax(scale * scores[r]) over the first `columns` of each row.
void vm_softmax(float *scores, size_t rows, size_t columns, size_t stride, float scale);

/// values[r][c] = activation(values[r][c]) * values[r][columns + c]: rows of 2 * columns become rows of columns that follow
/// each other.
void vm_gate(float *values, size_t rows, size_t columns, VMActivation activation);

/// Turns the pair (values[h][i], values[h][size / 2 + i]) of each of `heads` vectors by the angle whose cosine and sine are
/// at i, which have size / 2 entries.
void vm_rotate(float *values, const float *cosines, const float *sines, size_t heads, size_t size);

/// scores[r][c] += by_query[r * query_width + place] + by_key[place * columns + c] with place = places[c - r] - first of the
/// matrix; `places` is read from -(rows - 1) to columns - 1, and either matrix may be NULL.
void vm_add_relative(float *scores, size_t stride, size_t rows, size_t columns, const int32_t *places,
                     const float *by_query, size_t query_width, int32_t first_by_query, const float *by_key,
                     int32_t first_by_key);

/// target[i] += source[i]
void vm_add(float *target, const float *source, size_t count);

/// IEEE half precision to float.
void vm_from_float16(float *target, const uint16_t *source, size_t count);

/// bfloat16 to float.
void vm_from_bfloat16(float *target, const uint16_t *source, size_t count);

/// 1 if every value is a number (no NaN, no infinity), else 0.
int vm_all_finite(const float *values, size_t count);

/// The name of the chosen instruction set: "AVX-512", "AVX2", "NEON" or "baseline".
const char *vm_instruction_set(void);

#endif
