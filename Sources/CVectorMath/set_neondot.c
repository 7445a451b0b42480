// 8-bit products of Arm processors that add four of them at a time (ARMv8.2-A, most since 2018).

#if defined(__aarch64__)
#include <arm_neon.h>
#include <sys/auxv.h>

#pragma clang attribute push(__attribute__((target("dotprod"))), apply_to = function)
#define VM_BYTES 16
#define VM_REGISTERS 32
#define VM_NAME(function) neondot_##function
#define VM_ZERO_LEVEL 0
#define VM_DOT_BYTES(sums, quads, weights) \
    ((Ints)vdotq_s32((int32x4_t)(sums), (int8x16_t)(quads), (int8x16_t)(weights)))
#include "vectors.h"
#include "loops.h"
#include "float_product.h"
#include "byte_product.h"
#include "peak.h"
#include "kernels.h"
#pragma clang attribute pop

/// HWCAP_ASIMDDP of <asm/hwcap.h>.
#define VM_HAS_DOT (1UL << 20)

static int runs(void) { return (getauxval(AT_HWCAP) & VM_HAS_DOT) != 0; }

const VMInstructionSet vm_neondot = {
    "neondot", "NEON with dot products", runs, {VM_BYTE_KERNELS, .peak = VM_NAME(peak)}};
#endif
