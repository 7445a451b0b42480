#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "CVectorMath.h"
#include "InstructionSet.h"

static VMChoice choice;
static const VMInstructionSet *available[VM_MOST_SETS];
static size_t available_count;
static const char *refused_name;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static atomic_int is_chosen;

/// Chooses among the sets that this processor has, up to the one that CHARTMARK_VECTOR names.
static void choose(void) {
    available_count = vm_available_sets(available);
    size_t allowed = available_count;
    const char *limit = getenv("CHARTMARK_VECTOR");
    if (limit && *limit) {
        size_t index = 0;
        while (index < available_count && strcmp(available[index]->name, limit) != 0) index++;
        if (index < available_count)
            allowed = index + 1;
        else
            refused_name = limit;
    }
    vm_choose(available, allowed, &choice);
    atomic_store_explicit(&is_chosen, 1, memory_order_release);
}

/// What is used, from the first call on: nothing is multiplied by a kernel that was not checked.
static inline const VMKernels *kernels(void) {
    if (!atomic_load_explicit(&is_chosen, memory_order_acquire)) pthread_once(&once, choose);
    return &choice.kernels;
}

size_t vm_kernel_count(void) { return VM_OPERATIONS; }

VMKernel vm_kernel(size_t operation) {
    kernels();
    return choice.found[operation];
}

const char *vm_vector_problem(void) {
    // A command that needs no engine need not choose its kernels.
    if (!getenv("CHARTMARK_VECTOR")) return NULL;
    kernels();
    return refused_name;
}

const char *vm_vector_name(size_t index) {
    kernels();
    return index < available_count ? available[index]->name : NULL;
}

const char *vm_instruction_set(void) {
    kernels();
    for (size_t index = available_count; index-- > 0;)
        for (size_t operation = 0; operation < VM_OPERATIONS; operation++)
            if (choice.found[operation].set == available[index]->title) return available[index]->title;
    return available[0]->title;
}

int vm_has_bfloat16(void) { return kernels()->bfloat16_linear && kernels()->bfloat16_attention; }

double vm_peak(VMPeak numbers, size_t rounds) { return kernels()->peak(numbers, rounds); }

size_t vm_bfloat16_count(size_t outputs, size_t inputs) { return kernels()->bfloat16_count(outputs, inputs); }

void vm_bfloat16_pack(uint16_t *packed, const float *weight, size_t outputs, size_t inputs) {
    kernels()->bfloat16_pack(packed, weight, outputs, inputs);
}

size_t vm_bfloat16_scratch(size_t inputs) { return kernels()->bfloat16_scratch(inputs); }

void vm_bfloat16_linear(const VMBFloat16Linear *layer, const float *input, size_t rows, float *output, float *scratch) {
    kernels()->bfloat16_linear(layer, input, rows, output, scratch);
}

size_t vm_bfloat16_attention_scratch(size_t key_count, size_t head_size) {
    return kernels()->bfloat16_attention_scratch(key_count, head_size);
}

void vm_bfloat16_attention(const VMAttention *head, float *output, size_t output_stride, float *scratch) {
    kernels()->bfloat16_attention(head, output, output_stride, scratch);
}

size_t vm_scores_scratch(size_t columns, size_t depth) { return kernels()->scores_scratch(columns, depth); }

void vm_scores(const VMScores *product, float *output, float *scratch) { kernels()->scores(product, output, scratch); }

size_t vm_mixtures_scratch(size_t columns, size_t depth) { return kernels()->mixtures_scratch(columns, depth); }

void vm_mixtures(const VMScores *product, float *output, float *scratch) {
    kernels()->mixtures(product, output, scratch);
}

void vm_pause(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

void vm_add_bias(float *values, const float *bias, size_t rows, size_t columns) {
    kernels()->add_bias(values, bias, rows, columns);
}

void vm_bias_activation(float *values, const float *bias, size_t rows, size_t columns, VMActivation activation) {
    kernels()->bias_activation(values, bias, rows, columns, activation);
}

void vm_residual_layer_norm(float *hidden, const float *update, const float *bias, const float *weight,
    const float *shift, float epsilon, size_t rows, size_t columns) {
    kernels()->residual_layer_norm(hidden, update, bias, weight, shift, epsilon, rows, columns);
}

void vm_softmax(float *scores, size_t rows, size_t columns, size_t stride, float scale) {
    kernels()->softmax(scores, rows, columns, stride, scale);
}

void vm_gate(float *values, size_t rows, size_t columns, VMActivation activation) {
    kernels()->gate(values, rows, columns, activation);
}

void vm_rotate(float *values, const float *cosines, const float *sines, size_t heads, size_t size) {
    kernels()->rotate(values, cosines, sines, heads, size);
}

void vm_add_relative(float *scores, size_t stride, size_t rows, size_t columns, const int32_t *places,
    const float *by_query, size_t query_width, int32_t first_by_query, const float *by_key, int32_t first_by_key) {
    kernels()->add_relative(
        scores, stride, rows, columns, places, by_query, query_width, first_by_query, by_key, first_by_key);
}

void vm_add(float *target, const float *source, size_t count) { kernels()->add(target, source, count); }

void vm_from_float16(float *target, const uint16_t *source, size_t count) {
    kernels()->from_float16(target, source, count);
}

void vm_from_bfloat16(float *target, const uint16_t *source, size_t count) {
    kernels()->from_bfloat16(target, source, count);
}

int vm_all_finite(const float *values, size_t count) { return kernels()->all_finite(values, count); }

size_t vm_packed_count(size_t outputs, size_t inputs) { return kernels()->packed_count(outputs, inputs); }

void vm_pack(float *packed, const float *weight, size_t outputs, size_t inputs) {
    kernels()->pack(packed, weight, outputs, inputs);
}

void vm_linear(const VMLinear *layer, const float *input, size_t rows, float *output) {
    kernels()->linear(layer, input, rows, output);
}

size_t vm_quantized_count(size_t outputs, size_t inputs) { return kernels()->quantized_count(outputs, inputs); }

size_t vm_quantized_scale_count(size_t outputs, size_t inputs) {
    return kernels()->quantized_scale_count(outputs, inputs);
}

void vm_quantize_weights(
    int8_t *packed, float *scales, int32_t *starts, const float *weight, size_t outputs, size_t inputs) {
    kernels()->quantize_weights(packed, scales, starts, weight, outputs, inputs);
}

size_t vm_quantized_scratch(size_t inputs) { return kernels()->quantized_scratch(inputs); }

void vm_quantized_linear(
    const VMQuantizedLinear *layer, const float *input, size_t rows, float *output, float *scratch) {
    kernels()->quantized_linear(layer, input, rows, output, scratch);
}

size_t vm_attention_scratch(size_t key_count, size_t head_size) {
    return kernels()->attention_scratch(key_count, head_size);
}

void vm_attention(const VMAttention *head, float *output, size_t output_stride, float *scratch) {
    kernels()->attention(head, output, output_stride, scratch);
}

void vm_dropout(float *target, const float *source, size_t rows, size_t columns, uint32_t place, size_t place_stride,
    const VMDropout *dropout) {
    kernels()->dropout(target, source, rows, columns, place, place_stride, dropout);
}

void vm_norm_forward(
    const VMNormPass *pass, float *output, const float *input, const float *update, const float *bias) {
    kernels()->norm_forward(pass, output, input, update, bias);
}

void vm_norm_backward(const VMNormPass *pass, float *input_gradient, float *update_gradient,
    const float *output_gradient, float *weight_gradient, float *shift_gradient, float *bias_gradient) {
    kernels()->norm_backward(
        pass, input_gradient, update_gradient, output_gradient, weight_gradient, shift_gradient, bias_gradient);
}

void vm_activation_forward(
    float *output, float *values, const float *bias, size_t rows, size_t columns, VMActivation activation) {
    kernels()->activation_forward(output, values, bias, rows, columns, activation);
}

void vm_activation_backward(
    float *gradient, const float *values, float *bias_gradient, size_t rows, size_t columns, VMActivation activation) {
    kernels()->activation_backward(gradient, values, bias_gradient, rows, columns, activation);
}

void vm_softmax_backward(float *gradient, const float *probabilities, size_t rows, size_t columns, float scale,
    uint32_t place, size_t place_stride, const VMDropout *dropout) {
    kernels()->softmax_backward(gradient, probabilities, rows, columns, scale, place, place_stride, dropout);
}

float vm_log_sum_exp(const float *values, size_t count) { return kernels()->log_sum_exp(values, count); }

void vm_exponentials(float *values, size_t count, float minus) { kernels()->exponentials(values, count, minus); }

double vm_sum_of_squares(const float *values, size_t count) { return kernels()->sum_of_squares(values, count); }

void vm_adamw(const VMAdamW *step, float *weights, const float *gradients, float *first, float *second, size_t count) {
    kernels()->adamw(step, weights, gradients, first, second, count);
}
