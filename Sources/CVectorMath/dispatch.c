#include <stdlib.h>
#include <string.h>

#include "CVectorMath.h"
#include "loop_table.h"

static const struct LoopTable *chosen;

/// The widest loops that this processor runs and CHARTMARK_VECTOR allows; before main, so that no thread sees it change.
__attribute__((constructor)) static void choose(void) {
    chosen = &baseline_loops;
#if defined(__x86_64__)
    const char *limit = getenv("CHARTMARK_VECTOR");
    __builtin_cpu_init();
    int avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("f16c");
    int avx512 = avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw")
        && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
    if (limit && strcmp(limit, "baseline") == 0) return;
    if (avx2) chosen = &avx2_loops;
    if (limit && strcmp(limit, "avx2") == 0) return;
    if (avx512) chosen = &avx512_loops;
#endif
}

const char *vm_instruction_set(void) { return chosen->name; }

int vm_has_vnni(void) {
#if defined(__x86_64__)
    return chosen == &avx512_loops && __builtin_cpu_supports("avx512vnni");
#else
    return 0;
#endif
}

void vm_pause(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

void vm_add_bias(float *values, const float *bias, size_t rows, size_t columns) {
    chosen->add_bias(values, bias, rows, columns);
}

void vm_bias_activation(float *values, const float *bias, size_t rows, size_t columns, VMActivation activation) {
    chosen->bias_activation(values, bias, rows, columns, activation);
}

void vm_residual_layer_norm(float *hidden, const float *update, const float *bias, const float *weight,
                            const float *shift, float epsilon, size_t rows, size_t columns) {
    chosen->residual_layer_norm(hidden, update, bias, weight, shift, epsilon, rows, columns);
}

void vm_softmax(float *scores, size_t rows, size_t columns, size_t stride, float scale) {
    chosen->softmax(scores, rows, columns, stride, scale);
}

void vm_gate(float *values, size_t rows, size_t columns, VMActivation activation) {
    chosen->gate(values, rows, columns, activation);
}

void vm_rotate(float *values, const float *cosines, const float *sines, size_t heads, size_t size) {
    chosen->rotate(values, cosines, sines, heads, size);
}

void vm_add_relative(float *scores, size_t stride, size_t rows, size_t columns, const int32_t *places,
                     const float *by_query, size_t query_width, int32_t first_by_query, const float *by_key,
                     int32_t first_by_key) {
    chosen->add_relative(scores, stride, rows, columns, places, by_query, query_width, first_by_query, by_key,
                          first_by_key);
}

void vm_add(float *target, const float *source, size_t count) {
    chosen->add(target, source, count);
}

void vm_from_float16(float *target, const uint16_t *source, size_t count) {
    chosen->from_float16(target, source, count);
}

void vm_from_bfloat16(float *target, const uint16_t *source, size_t count) {
    chosen->from_bfloat16(target, source, count);
}

int vm_all_finite(const float *values, size_t count) {
    return chosen->all_finite(values, count);
}

size_t vm_packed_count(size_t outputs, size_t inputs) {
    return chosen->packed_count(outputs, inputs);
}

void vm_pack(float *packed, const float *weight, size_t outputs, size_t inputs) {
    chosen->pack(packed, weight, outputs, inputs);
}

void vm_linear(const VMLinear *layer, const float *input, size_t rows, float *output) {
    chosen->linear(layer, input, rows, output);
}

size_t vm_quantized_count(size_t outputs, size_t inputs) {
    return chosen->quantized_count(outputs, inputs);
}

size_t vm_quantized_scale_count(size_t outputs, size_t inputs) {
    return chosen->quantized_scale_count(outputs, inputs);
}

void vm_quantize_weights(int8_t *packed, float *scales, int32_t *starts, const float *weight, size_t outputs, size_t inputs) {
    chosen->quantize_weights(packed, scales, starts, weight, outputs, inputs);
}

size_t vm_quantized_scratch(size_t inputs) {
    return chosen->quantized_scratch(inputs);
}

void vm_quantized_linear(const VMQuantizedLinear *layer, const float *input, size_t rows, float *output, float *scratch) {
    chosen->quantized_linear(layer, input, rows, output, scratch);
}

void vm_round_weights(int8_t *rounded, float *scales, int32_t *offsets, const float *weight, size_t outputs, size_t inputs) {
    chosen->round_weights(rounded, scales, offsets, weight, outputs, inputs);
}

void vm_round_rows(uint8_t *rounded, float *scales, const float *input, size_t rows, size_t inputs) {
    chosen->round_rows(rounded, scales, input, rows, inputs);
}

void vm_scale_sums(float *output, const int32_t *sums, const int32_t *offsets, const float *row_scales,
                   const float *column_scales, const float *bias, size_t rows, size_t columns) {
    chosen->scale_sums(output, sums, offsets, row_scales, column_scales, bias, rows, columns);
}

size_t vm_attention_scratch(size_t key_count, size_t head_size) {
    return chosen->attention_scratch(key_count, head_size);
}

void vm_attention(const VMAttention *head, float *output, size_t output_stride, float *scratch) {
    chosen->attention(head, output, output_stride, scratch);
}

void vm_dropout(float *target, const float *source, size_t rows, size_t columns, uint32_t place, size_t place_stride,
                const VMDropout *dropout) {
    chosen->dropout(target, source, rows, columns, place, place_stride, dropout);
}

void vm_norm_forward(const VMNormPass *pass, float *output, const float *input, const float *update, const float *bias) {
    chosen->norm_forward(pass, output, input, update, bias);
}

void vm_norm_backward(const VMNormPass *pass, float *input_gradient, float *update_gradient, const float *output_gradient,
                      float *weight_gradient, float *shift_gradient, float *bias_gradient) {
    chosen->norm_backward(pass, input_gradient, update_gradient, output_gradient, weight_gradient, shift_gradient,
                          bias_gradient);
}

void vm_activation_forward(float *output, float *values, const float *bias, size_t rows, size_t columns,
                           VMActivation activation) {
    chosen->activation_forward(output, values, bias, rows, columns, activation);
}

void vm_activation_backward(float *gradient, const float *values, float *bias_gradient, size_t rows, size_t columns,
                            VMActivation activation) {
    chosen->activation_backward(gradient, values, bias_gradient, rows, columns, activation);
}

void vm_softmax_backward(float *gradient, const float *probabilities, size_t rows, size_t columns, float scale,
                         uint32_t place, size_t place_stride, const VMDropout *dropout) {
    chosen->softmax_backward(gradient, probabilities, rows, columns, scale, place, place_stride, dropout);
}

float vm_log_sum_exp(const float *values, size_t count) { return chosen->log_sum_exp(values, count); }

void vm_exponentials(float *values, size_t count, float minus) { chosen->exponentials(values, count, minus); }

double vm_sum_of_squares(const float *values, size_t count) { return chosen->sum_of_squares(values, count); }

void vm_adamw(const VMAdamW *step, float *weights, const float *gradients, float *first, float *second, size_t count) {
    chosen->adamw(step, weights, gradients, first, second, count);
}
