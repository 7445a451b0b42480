#if defined(__x86_64__)
#include <string.h>

#include "InstructionSet.h"

#pragma clang attribute push(__attribute__((target("avx2,fma,f16c"))), apply_to = function)
#define VM_BYTES 32
#define VM_NAME(function) avx2_##function
#include "vectors.h"
#include "loops.h"
#include "float_product.h"
#include "byte_product.h"
#include "attention.h"
#include "training.h"
#include "peak.h"
#include "kernels.h"
#pragma clang attribute pop

static int runs(void) {
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("f16c");
}

const VMInstructionSet vm_avx2 = {"avx2", "AVX2", runs, {VM_ALL_KERNELS, .peak = VM_NAME(peak)}};
#endif
