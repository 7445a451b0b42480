#ifndef VM_INSTRUCTION_SET_H
#define VM_INSTRUCTION_SET_H

#include "CVectorMath.h"

// How the loops of CVectorMath.h are chosen: what an instruction set brings, the operations that are checked, and the
// choice. Adding an instruction set is adding a file set_NAME.c and its line to the list in instruction_sets.c.

/// One copy of the loops. A set that brings only some of them leaves the others NULL; those are taken from a set before
/// it.
typedef struct VMKernels {
    void (*add_bias)(float *, const float *, size_t, size_t);
    void (*bias_activation)(float *, const float *, size_t, size_t, VMActivation);
    void (*residual_layer_norm)(
        float *, const float *, const float *, const float *, const float *, float, size_t, size_t);
    void (*softmax)(float *, size_t, size_t, size_t, float);
    void (*gate)(float *, size_t, size_t, VMActivation);
    void (*rotate)(float *, const float *, const float *, size_t, size_t);
    void (*add_relative)(
        float *, size_t, size_t, size_t, const int32_t *, const float *, size_t, int32_t, const float *, int32_t);
    void (*add)(float *, const float *, size_t);
    void (*from_float16)(float *, const uint16_t *, size_t);
    void (*from_bfloat16)(float *, const uint16_t *, size_t);
    int (*all_finite)(const float *, size_t);

    size_t (*packed_count)(size_t, size_t);
    void (*pack)(float *, const float *, size_t, size_t);
    void (*linear)(const VMLinear *, const float *, size_t, float *);

    VMQuantizedForm (*quantized_form)(void);
    size_t (*quantized_count)(size_t, size_t);
    size_t (*quantized_scale_count)(size_t, size_t);
    void (*quantize_weights)(int8_t *, float *, int32_t *, const float *, size_t, size_t);
    size_t (*quantized_scratch)(size_t);
    void (*quantized_linear)(const VMQuantizedLinear *, const float *, size_t, float *, float *);

    size_t (*bfloat16_count)(size_t, size_t);
    void (*bfloat16_pack)(uint16_t *, const float *, size_t, size_t);
    size_t (*bfloat16_scratch)(size_t);
    void (*bfloat16_linear)(const VMBFloat16Linear *, const float *, size_t, float *, float *);

    size_t (*attention_scratch)(size_t, size_t);
    void (*attention)(const VMAttention *, float *, size_t, float *);
    size_t (*bfloat16_attention_scratch)(size_t, size_t);
    void (*bfloat16_attention)(const VMAttention *, float *, size_t, float *);
    size_t (*scores_scratch)(size_t, size_t);
    void (*scores)(const VMScores *, float *, float *);
    size_t (*mixtures_scratch)(size_t, size_t);
    void (*mixtures)(const VMScores *, float *, float *);

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

    double (*peak)(VMPeak, size_t);
} VMKernels;

/// An instruction set, its loops, and the processors that run them.
typedef struct VMInstructionSet {
    const char *name;  ///< as CHARTMARK_VECTOR has it
    const char *title; ///< for a person to read
    int (*runs)(void); ///< whether this processor has it
    VMKernels kernels;
} VMInstructionSet;

/// The instruction sets of this architecture that the processor has, the narrowest first; the first is "baseline",
/// plain C.
///
/// - Parameters:
///   - sets: room for VM_MOST_SETS.
/// - Returns: how many there are.
size_t vm_available_sets(const VMInstructionSet **sets);
#define VM_MOST_SETS 8

/// Operations that are checked, each with the kernels that belong together.
#define VM_OPERATIONS 28

/// The loops that are used, and what was found when they were checked.
typedef struct VMChoice {
    VMKernels kernels;
    VMKernel found[VM_OPERATIONS];
} VMChoice;

/// Takes for each operation the widest of `sets` (the narrowest first) whose kernel agrees with plain C.
void vm_choose(const VMInstructionSet *const *sets, size_t count, VMChoice *choice);

/// Whether a set brings the kernels of an operation, under VM_OPERATIONS.
int vm_brings(size_t operation, const VMKernels *kernels);

/// What the kernels of `set` for an operation differ by from plain C, as a share of what rounding may make; NaN if the
/// set has none.
double vm_difference(size_t operation, const VMKernels *kernels);

/// The name of an operation, under VM_OPERATIONS.
const char *vm_operation(size_t operation);

#endif
