// Products of bfloat16 of Arm processors that add two of them at a time (ARMv8.6-A: Graviton 3, Neoverse V1 and N2).

#if defined(__aarch64__)
#include <arm_neon.h>
#include <sys/auxv.h>

#pragma clang attribute push(__attribute__((target("dotprod,bf16"))), apply_to = function)
#define VM_BYTES 16
#define VM_REGISTERS 32
#define VM_NAME(function) neonbf16_##function
#define VM_ZERO_LEVEL 0
#define VM_DOT_BYTES(sums, quads, weights) \
    ((Ints)vdotq_s32((int32x4_t)(sums), (int8x16_t)(quads), (int8x16_t)(weights)))
#define VM_DOT_BFLOAT16(sums, pairs, weights) \
    ((Floats)vbfdotq_f32((float32x4_t)(sums), (bfloat16x8_t)(pairs), (bfloat16x8_t)(weights)))
#include "vectors.h"
#include "loops.h"
#include "float_product.h"
#include "byte_product.h"
#include "bfloat16_product.h"
#include "attention.h"
#include "bfloat16_attention.h"
#include "peak.h"
#include "kernels.h"
#pragma clang attribute pop

/// HWCAP_ASIMDDP and HWCAP2_BF16 of <asm/hwcap.h>.
#define VM_HAS_DOT (1UL << 20)
#define VM_HAS_BFLOAT16 (1UL << 14)

static int runs(void) {
    return (getauxval(AT_HWCAP) & VM_HAS_DOT) != 0 && (getauxval(AT_HWCAP2) & VM_HAS_BFLOAT16) != 0;
}

const VMInstructionSet vm_neonbf16 = {
    "neonbf16", "NEON with bfloat16", runs, {VM_BFLOAT16_KERNELS, .peak = VM_NAME(peak)}};
#endif
