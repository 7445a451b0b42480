#ifndef LOOP_TABLE_H
#define LOOP_TABLE_H

#include "CVectorMath.h"

// One instruction set's copies of the loops.
struct LoopTable {
    const char *name;
    void (*add_bias)(float *, const float *, size_t, size_t);
    void (*bias_activation)(float *, const float *, size_t, size_t, VMActivation);
    void (*residual_layer_norm)(float *, const float *, const float *, const float *, const float *, float, size_t, size_t);
    void (*softmax)(float *, size_t, size_t, size_t, float);
    void (*gate)(float *, size_t, size_t, VMActivation);
    void (*rotate)(float *, const float *, const float *, size_t, size_t);
    void (*add_relative)(float *, size_t, size_t, size_t, const int32_t *, const float *, size_t, int32_t, const float *,
                         int32_t);
    void (*add)(float *, const float *, size_t);
    void (*from_float16)(float *, const uint16_t *, size_t);
    void (*from_bfloat16)(float *, const uint16_t *, size_t);
    int (*all_finite)(const float *, size_t);
    size_t (*packed_count)(size_t, size_t);
    void (*pack)(float *, const float *, size_t, size_t);
    void (*linear)(const VMLinear *, const float *, size_t, float *);
    size_t (*quantized_count)(size_t, size_t);
    size_t (*quantized_scale_count)(size_t, size_t);
    void (*quantize_weights)(int8_t *, float *, int32_t *, const float *, size_t, size_t);
    size_t (*quantized_scratch)(size_t);
    void (*quantized_linear)(const VMQuantizedLinear *, const float *, size_t, float *, float *);
    void (*round_weights)(int8_t *, float *, int32_t *, const float *, size_t, size_t);
    void (*round_rows)(uint8_t *, float *, const float *, size_t, size_t);
    void (*scale_sums)(float *, const int32_t *, const int32_t *, const float *, const float *, const float *, size_t, size_t);
    size_t (*attention_scratch)(size_t, size_t);
    void (*attention)(const VMAttention *, float *, size_t, float *);
    void (*dropout)(float *, const float *, size_t, size_t, uint32_t, size_t, const VMDropout *);
    void (*norm_forward)(const VMNormPass *, float *, const float *, const float *, const float *);
    void (*norm_backward)(const VMNormPass *, float *, float *, const float *, float *, float *, float *);
    void (*activation_forward)(float *, float *, const float *, size_t, size_t, VMActivation);
    void (*activation_backward)(float *, const float *, float *, size_t, size_t, VMActivation);
    void (*softmax_backward)(float *, const float *, size_t, size_t, float, uint32_t, size_t, const VMDropout *);
    float (*log_sum_exp)(const float *, size_t);
    void (*exponentials)(float *, size_t, float);
    double (*sum_of_squares)(const float *, size_t);
    void (*adamw)(const VMAdamW *, float *, const float *, float *, float *, size_t);
};

extern const struct LoopTable baseline_loops;
#if defined(__x86_64__)
extern const struct LoopTable avx2_loops;
extern const struct LoopTable avx512_loops;
#endif

#endif
