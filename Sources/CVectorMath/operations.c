#include <math.h>
#include <string.h>

#include "checks.h"

/// An operation: the kernels that belong together, which stand beside each other in VMKernels, and their check.
struct Operation {
    const char *name;
    size_t first;
    size_t count;
    double (*check)(const VMKernels *);
};

#define VM_FIELD(field) (offsetof(VMKernels, field) / sizeof(void (*)(void)))
#define VM_ONE(name, field, check) {name, VM_FIELD(field), 1, check}
#define VM_FROM(name, field, last, check) {name, VM_FIELD(field), VM_FIELD(last) - VM_FIELD(field) + 1, check}

static const struct Operation operations[VM_OPERATIONS] = {
    VM_FROM("float32 product", packed_count, linear, vm_check_linear),
    VM_FROM("8-bit product", quantized_form, quantized_linear, vm_check_quantized_linear),
    VM_FROM("bfloat16 product", bfloat16_count, bfloat16_linear, vm_check_bfloat16_linear),
    VM_FROM("attention", attention_scratch, attention, vm_check_attention),
    VM_FROM("bfloat16 attention", bfloat16_attention_scratch, bfloat16_attention, vm_check_bfloat16_attention),
    VM_FROM("scores", scores_scratch, scores, vm_check_scores),
    VM_FROM("mixtures", mixtures_scratch, mixtures, vm_check_mixtures),
    VM_ONE("bias", add_bias, vm_check_add_bias),
    VM_ONE("activation", bias_activation, vm_check_bias_activation),
    VM_ONE("layer norm", residual_layer_norm, vm_check_layer_norm),
    VM_ONE("softmax", softmax, vm_check_softmax),
    VM_ONE("gate", gate, vm_check_gate),
    VM_ONE("rotary positions", rotate, vm_check_rotate),
    VM_ONE("relative positions", add_relative, vm_check_add_relative),
    VM_ONE("sum", add, vm_check_add),
    VM_ONE("from float16", from_float16, vm_check_from_float16),
    VM_ONE("from bfloat16", from_bfloat16, vm_check_from_bfloat16),
    VM_ONE("finite numbers", all_finite, vm_check_all_finite),
    VM_ONE("dropout", dropout, vm_check_dropout),
    VM_ONE("layer norm, training", norm_forward, vm_check_norm_forward),
    VM_ONE("layer norm, backward", norm_backward, vm_check_norm_backward),
    VM_ONE("activation, training", activation_forward, vm_check_activation_forward),
    VM_ONE("activation, backward", activation_backward, vm_check_activation_backward),
    VM_ONE("softmax, backward", softmax_backward, vm_check_softmax_backward),
    VM_ONE("log of summed exponentials", log_sum_exp, vm_check_log_sum_exp),
    VM_ONE("exponentials", exponentials, vm_check_exponentials),
    VM_ONE("sum of squares", sum_of_squares, vm_check_sum_of_squares),
    VM_ONE("AdamW", adamw, vm_check_adamw),
};

typedef void (*Kernel)(void);

/// The kernels of an operation in a table, one after the other.
static const unsigned char *place(const VMKernels *kernels, const struct Operation *operation) {
    return (const unsigned char *)kernels + operation->first * sizeof(Kernel);
}

/// Whether a set brings the operation: all of its kernels.
static int has(const VMKernels *kernels, const struct Operation *operation) {
    for (size_t index = 0; index < operation->count; index++) {
        Kernel kernel;
        memcpy(&kernel, place(kernels, operation) + index * sizeof kernel, sizeof kernel);
        if (!kernel) return 0;
    }
    return 1;
}

const char *vm_operation(size_t operation) { return operations[operation].name; }

int vm_brings(size_t operation, const VMKernels *kernels) { return has(kernels, &operations[operation]); }

double vm_difference(size_t operation, const VMKernels *kernels) {
    return has(kernels, &operations[operation]) ? operations[operation].check(kernels) : NAN;
}

void vm_choose(const VMInstructionSet *const *sets, size_t count, VMChoice *choice) {
    memset(choice, 0, sizeof *choice);
    for (size_t index = 0; index < VM_OPERATIONS; index++) {
        const struct Operation *operation = &operations[index];
        VMKernel *found = &choice->found[index];
        found->operation = operation->name;
        for (size_t set = count; set-- > 0 && !found->set;) {
            if (!has(&sets[set]->kernels, operation)) continue;
            double difference = operation->check(&sets[set]->kernels);
            // Plain C is what the others are held against: there is nothing narrower to take in its place.
            if (!(difference <= 1) && set > 0) {
                if (!found->refused) found->refused = sets[set]->title;
                continue;
            }
            found->set = sets[set]->title;
            found->difference = difference;
            memcpy((unsigned char *)&choice->kernels + operation->first * sizeof(Kernel),
                place(&sets[set]->kernels, operation), operation->count * sizeof(Kernel));
        }
    }
    for (size_t set = count; set-- > 0 && !choice->kernels.peak;) choice->kernels.peak = sets[set]->kernels.peak;
}
