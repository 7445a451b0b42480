#include "CVectorMath.h"
#include "loop_table.h"

#if defined(__x86_64__)
static int has_avx512(void) {
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq")
        && __builtin_cpu_supports("avx512vl");
}

static int has_avx2(void) { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); }
#endif

// Asked at every call: it reads a few flags of the C runtime, which is nothing beside a loop over a matrix.
static const struct LoopTable *loops(void) {
#if defined(__x86_64__)
    if (has_avx512()) return &avx512_loops;
    if (has_avx2()) return &avx2_loops;
#endif
    return &baseline_loops;
}

const char *vm_instruction_set(void) {
#if defined(__x86_64__)
    return has_avx512() ? "AVX-512" : has_avx2() ? "AVX2" : "baseline";
#elif defined(__aarch64__)
    return "NEON";
#else
    return "baseline";
#endif
}

void vm_add_bias(float *values, const float *bias, size_t rows, size_t columns) {
    loops()->add_bias(values, bias, rows, columns);
}

void vm_bias_activation(float *values, const float *bias, size_t rows, size_t columns, VMActivation activation) {
    loops()->bias_activation(values, bias, rows, columns, activation);
}

void vm_residual_layer_norm(float *hidden, const float *update, const float *bias, const float *weight,
                            const float *shift, float epsilon, size_t rows, size_t columns) {
    loops()->residual_layer_norm(hidden, update, bias, weight, shift, epsilon, rows, columns);
}

void vm_softmax(float *scores, size_t rows, size_t columns, size_t stride, float scale) {
    loops()->softmax(scores, rows, columns, stride, scale);
}

void vm_gate(float *values, size_t rows, size_t columns, VMActivation activation) {
    loops()->gate(values, rows, columns, activation);
}

void vm_rotate(float *values, const float *cosines, const float *sines, size_t heads, size_t size) {
    loops()->rotate(values, cosines, sines, heads, size);
}

void vm_add_relative(float *scores, size_t stride, size_t rows, size_t columns, const int32_t *places,
                     const float *by_query, size_t query_width, int32_t first_by_query, const float *by_key,
                     int32_t first_by_key) {
    loops()->add_relative(scores, stride, rows, columns, places, by_query, query_width, first_by_query, by_key,
                          first_by_key);
}

void vm_add(float *target, const float *source, size_t count) { loops()->add(target, source, count); }

void vm_from_float16(float *target, const uint16_t *source, size_t count) {
    loops()->from_float16(target, source, count);
}

void vm_from_bfloat16(float *target, const uint16_t *source, size_t count) {
    loops()->from_bfloat16(target, source, count);
}

int vm_all_finite(const float *values, size_t count) { return loops()->all_finite(values, count); }
