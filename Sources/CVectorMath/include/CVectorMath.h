#ifndef CVECTORMATH_H
#define CVECTORMATH_H

#include <stddef.h>
#include <stdint.h>

// The loops of a BERT encoder that need the vector unit. Each is compiled for several instruction sets. When the first
// of them is called, each kernel that this processor runs computes a small case; the widest that agrees with plain C is
// used from then on, in every thread. CHARTMARK_VECTOR in the environment names the widest set that may be used. All
// matrices are row-major; `stride` is the distance of two rows in floats.

/// Activation functions by the names checkpoints give them.
typedef enum VMActivation {
    VM_IDENTITY,   ///< x
    VM_GELU,       ///< x * Phi(x), by erf ("gelu")
    VM_GELU_TANH,  ///< the tanh approximation ("gelu_new", "gelu_pytorch_tanh", "gelu_fast")
    VM_GELU_QUICK, ///< x * sigmoid(1.702 x) ("quick_gelu")
    VM_RELU,       ///< max(x, 0) ("relu")
    VM_SILU,       ///< x * sigmoid(x) ("silu", "swish")
    VM_TANH,       ///< tanh x, the poolers'
} VMActivation;

/// values[r][c] += bias[c]
void vm_add_bias(float *values, const float *bias, size_t rows, size_t columns);

/// values[r][c] = activation(values[r][c] + bias[c]); `bias` may be NULL.
void vm_bias_activation(float *values, const float *bias, size_t rows, size_t columns, VMActivation activation);

/// hidden[r] = normalise(hidden[r] + update[r] + bias) * weight + shift, over each row; `update` and `bias` may be
/// NULL.
void vm_residual_layer_norm(float *hidden, const float *update, const float *bias, const float *weight,
    const float *shift, float epsilon, size_t rows, size_t columns);

/// scores[r] = softmax(scale * scores[r]) over the first `columns` of each row.
void vm_softmax(float *scores, size_t rows, size_t columns, size_t stride, float scale);

/// values[r][c] = activation(values[r][c]) * values[r][columns + c]: rows of 2 * columns become rows of columns that
/// follow each other.
void vm_gate(float *values, size_t rows, size_t columns, VMActivation activation);

/// Turns the pair (values[h][i], values[h][size / 2 + i]) of each of `heads` vectors by the angle whose cosine and sine
/// are at i, which have size / 2 entries.
void vm_rotate(float *values, const float *cosines, const float *sines, size_t heads, size_t size);

/// scores[r][c] += by_query[r * query_width + place] + by_key[place * columns + c] with place = places[c - r] - first
/// of the matrix; `places` is read from -(rows - 1) to columns - 1, and either matrix may be NULL.
void vm_add_relative(float *scores, size_t stride, size_t rows, size_t columns, const int32_t *places,
    const float *by_query, size_t query_width, int32_t first_by_query, const float *by_key, int32_t first_by_key);

/// target[i] += source[i]
void vm_add(float *target, const float *source, size_t count);

/// IEEE half precision to float.
void vm_from_float16(float *target, const uint16_t *source, size_t count);

/// bfloat16 to float.
void vm_from_bfloat16(float *target, const uint16_t *source, size_t count);

/// 1 if every value is a number (no NaN, no infinity), else 0.
int vm_all_finite(const float *values, size_t count);

/// A linear layer with weights that vm_pack has laid out.
typedef struct VMLinear {
    const float *packed; ///< vm_packed_count numbers
    const float *bias;   ///< [outputs], or NULL
    size_t inputs;
    size_t outputs;
    size_t first;            ///< the first output that is wanted: a multiple of 64
    size_t end;              ///< past the last one
    VMActivation activation; ///< applied to each output
} VMLinear;

/// Numbers in the packed form of weights [outputs, inputs]. The form belongs to the chosen instruction set: it is made
/// when a model is loaded and never stored.
size_t vm_packed_count(size_t outputs, size_t inputs);

/// Lays out weights [outputs, inputs] for vm_linear.
void vm_pack(float *packed, const float *weight, size_t outputs, size_t inputs);

/// output = activation(input Wᵀ + bias); input [rows, inputs], output [rows, outputs], of which the columns from
/// `first` to `end` are written.
void vm_linear(const VMLinear *layer, const float *input, size_t rows, float *output);

/// A linear layer with weights of 8 bits, with a scale for every 64 weights of an output.
typedef struct VMQuantizedLinear {
    const int8_t *packed;  ///< vm_quantized_count bytes
    const float *scales;   ///< vm_quantized_scale_count numbers
    const int32_t *starts; ///< as many: what the sums start with
    const float *bias;     ///< [outputs], or NULL
    size_t inputs;
    size_t outputs;
    size_t first;            ///< the first output that is wanted: a multiple of 64
    size_t end;              ///< past the last one
    VMActivation activation; ///< applied to each output
} VMQuantizedLinear;

/// How a kernel of 8-bit products lays out its weights and rounds its inputs.
typedef struct VMQuantizedForm {
    size_t panel; ///< outputs of a panel
    int32_t zero; ///< the level of an input of 0
} VMQuantizedForm;

/// Bytes in the packed form of 8-bit weights [outputs, inputs].
size_t vm_quantized_count(size_t outputs, size_t inputs);

/// Numbers in each of `scales` and `starts`.
size_t vm_quantized_scale_count(size_t outputs, size_t inputs);

/// Rounds weights [outputs, inputs] to 8 bits and lays them out for vm_quantized_linear.
void vm_quantize_weights(
    int8_t *packed, float *scales, int32_t *starts, const float *weight, size_t outputs, size_t inputs);

/// Floats of scratch memory that vm_quantized_linear needs.
size_t vm_quantized_scratch(size_t inputs);

/// As vm_linear; the sums are those of the rounded weights and inputs, exactly.
void vm_quantized_linear(
    const VMQuantizedLinear *layer, const float *input, size_t rows, float *output, float *scratch);

/// A linear layer with weights and inputs rounded to bfloat16, and sums in float32.
typedef struct VMBFloat16Linear {
    const uint16_t *packed; ///< vm_bfloat16_count numbers
    const float *bias;      ///< [outputs], or NULL
    size_t inputs;
    size_t outputs;
    size_t first;            ///< the first output that is wanted: a multiple of 64
    size_t end;              ///< past the last one
    VMActivation activation; ///< applied to each output
} VMBFloat16Linear;

/// 1 if there is a product of bfloat16 on this processor, else 0; without it the four functions below must not be
/// called.
int vm_has_bfloat16(void);

/// Numbers in the packed form of bfloat16 weights [outputs, inputs].
size_t vm_bfloat16_count(size_t outputs, size_t inputs);

/// Rounds weights [outputs, inputs] to bfloat16 and lays them out for vm_bfloat16_linear.
void vm_bfloat16_pack(uint16_t *packed, const float *weight, size_t outputs, size_t inputs);

/// Floats of scratch memory that vm_bfloat16_linear needs.
size_t vm_bfloat16_scratch(size_t inputs);

/// As vm_linear, with the rows of `input` rounded to bfloat16.
void vm_bfloat16_linear(const VMBFloat16Linear *layer, const float *input, size_t rows, float *output, float *scratch);

/// Tells the processor that a loop waits for another thread.
void vm_pause(void);

/// One head of attention within one sequence.
typedef struct VMAttention {
    const float *queries; ///< of the sequence's first token
    const float *keys;
    const float *values;
    size_t stride;      ///< from token to token, in floats, of all three
    size_t first_query; ///< tokens whose outputs are wanted
    size_t end_query;
    size_t key_count; ///< tokens of the sequence
    size_t head_size;
    size_t window; ///< a token sees those at most this far away; SIZE_MAX for all
    float scale;   ///< of the scores
} VMAttention;

/// Floats of scratch memory that vm_attention needs.
size_t vm_attention_scratch(size_t key_count, size_t head_size);

/// output[q] = Σ softmax(scale * query[q] · keys) values, for the wanted queries; `output` is the first token's row.
void vm_attention(const VMAttention *head, float *output, size_t output_stride, float *scratch);

/// As vm_attention, with queries, keys, values and the softmax's output rounded to bfloat16; where vm_has_bfloat16.
void vm_bfloat16_attention(const VMAttention *head, float *output, size_t output_stride, float *scratch);
size_t vm_bfloat16_attention_scratch(size_t key_count, size_t head_size);

/// Two matrices that are multiplied with each other, neither of which is kept packed.
typedef struct VMScores {
    const float *left; ///< [rows, depth]
    size_t left_stride;
    const float *right; ///< [columns, depth] for vm_scores, [depth, columns] for vm_mixtures
    size_t right_stride;
    size_t rows;
    size_t columns;
    size_t depth;
    size_t output_stride;
} VMScores;

/// Floats of scratch memory that vm_scores needs.
size_t vm_scores_scratch(size_t columns, size_t depth);

/// output[r][c] = left[r] · right[c]
void vm_scores(const VMScores *product, float *output, float *scratch);

/// Floats of scratch memory that vm_mixtures needs.
size_t vm_mixtures_scratch(size_t columns, size_t depth);

/// output[r] = Σ left[r][k] right[k]
void vm_mixtures(const VMScores *product, float *output, float *scratch);

/// Which numbers dropout takes away: those whose hash is under `threshold`. The others are multiplied by `scale`.
typedef struct VMDropout {
    uint64_t key;       ///< of one layer in one step
    uint32_t threshold; ///< the probability times 2^32
    float scale;        ///< 1 / (1 - probability)
} VMDropout;

/// target[r][c] = dropout(source[r][c]), whose place in the mask is place + r * place_stride + c; the two may be the
/// same.
void vm_dropout(float *target, const float *source, size_t rows, size_t columns, uint32_t place, size_t place_stride,
    const VMDropout *dropout);

/// A layer norm of a training step: what its two passes share.
typedef struct VMNormPass {
    const float *weight; ///< [columns]
    const float *shift;  ///< [columns]
    float *normalized;   ///< [rows, columns], kept for the backward pass
    float *scales;       ///< [rows], kept too
    size_t rows;
    size_t columns;
    float epsilon;
    uint32_t place;           ///< of the first number in the dropout mask
    const VMDropout *dropout; ///< of the update; NULL for none
} VMNormPass;

/// output = normalise(input + dropout(update + bias)) * weight + shift; `update` and `bias` may be NULL.
void vm_norm_forward(const VMNormPass *pass, float *output, const float *input, const float *update, const float *bias);

/// The gradients of vm_norm_forward's input and update from that of its output, and what they add to those of weight,
/// shift and bias. Input's and output's may be the same memory; the update's and the last three may be NULL.
void vm_norm_backward(const VMNormPass *pass, float *input_gradient, float *update_gradient,
    const float *output_gradient, float *weight_gradient, float *shift_gradient, float *bias_gradient);

/// values[r][c] += bias[c]; output[r][c] = activation(values[r][c]).
void vm_activation_forward(
    float *output, float *values, const float *bias, size_t rows, size_t columns, VMActivation activation);

/// gradient *= activation'(values), and bias_gradient[c] += its columns' sums; `bias_gradient` may be NULL.
void vm_activation_backward(
    float *gradient, const float *values, float *bias_gradient, size_t rows, size_t columns, VMActivation activation);

/// The gradient of the scores from that of dropout(softmax(scale * scores)), in place; `dropout` may be NULL.
void vm_softmax_backward(float *gradient, const float *probabilities, size_t rows, size_t columns, float scale,
    uint32_t place, size_t place_stride, const VMDropout *dropout);

/// log Σ e^value; `count` is at least 1.
float vm_log_sum_exp(const float *values, size_t count);

/// values[i] = e^(values[i] - minus)
void vm_exponentials(float *values, size_t count, float minus);

/// Σ value²
double vm_sum_of_squares(const float *values, size_t count);

/// A step of AdamW (Loshchilov and Hutter 2019).
typedef struct VMAdamW {
    float rate;
    float decay; ///< of the weights, times the rate
    float beta1;
    float beta2;
    float epsilon;
    float first_correction;       ///< 1 - beta1^step
    float second_correction_root; ///< sqrt(1 - beta2^step)
    float gradient_scale;         ///< clipping's
} VMAdamW;

/// Changes weights and both moments by the gradients.
void vm_adamw(const VMAdamW *step, float *weights, const float *gradients, float *first, float *second, size_t count);

/// What is multiplied to measure a core's peak.
typedef enum VMPeak {
    VM_PEAK_FLOAT32,
    VM_PEAK_BFLOAT16,
    VM_PEAK_INT8,
} VMPeak;

/// Multiplies and adds in registers alone, `rounds` times each.
///
/// - Returns: how many multiplications and additions that was; 0 where there is no such product.
double vm_peak(VMPeak numbers, size_t rounds);

/// An operation and the kernel that is used for it.
typedef struct VMKernel {
    const char *operation;
    const char *set;     ///< the instruction set's title, or NULL: this processor has no such kernel
    double difference;   ///< from plain C, as a share of what rounding may make: 0 to 1
    const char *refused; ///< the title of a wider set whose kernel disagreed, or NULL
} VMKernel;

/// How many operations have kernels.
size_t vm_kernel_count(void);

/// What is used for an operation, under vm_kernel_count.
VMKernel vm_kernel(size_t operation);

/// The title of the widest instruction set in use, for a person to read.
const char *vm_instruction_set(void);

/// What is wrong with CHARTMARK_VECTOR: a name that this processor does not run. NULL if nothing is.
const char *vm_vector_problem(void);

/// The names that CHARTMARK_VECTOR may have on this processor, one after the other, the narrowest first; NULL past the
/// last.
const char *vm_vector_name(size_t index);

#endif
