// The sets of processors that no emulator here has: vectors of 512 bits, and products of bytes and of bfloat16, whose
// special instructions are computed in C as their manuals say. The layouts, tiles and loops are those of the real sets.

#include <string.h>

#include "InstructionSet.h"

#define VM_BYTES 64
#define WIDE_LANES 16

typedef int32_t WideInts __attribute__((vector_size(64)));
typedef float WideFloats __attribute__((vector_size(64)));

/// VPDPBUSD: to each lane, the four products of an unsigned byte with a signed one; SDOT where `is_signed`.
static inline __attribute__((always_inline)) WideInts dot_bytes(
    WideInts sums, WideInts quads, WideInts weights, int is_signed) {
    for (int lane = 0; lane < WIDE_LANES; lane++)
        for (int byte = 0; byte < 4; byte++) {
            int32_t level = (int32_t)((uint32_t)quads[lane] >> 8 * byte & 255);
            if (is_signed) level = (int8_t)level;
            sums[lane] += level * (int8_t)((uint32_t)weights[lane] >> 8 * byte & 255);
        }
    return sums;
}

/// VDPBF16PS: to each lane, the two products of bfloat16 numbers.
static inline __attribute__((always_inline)) WideFloats dot_bfloat16(
    WideFloats sums, WideInts pairs, WideInts weights) {
    for (int lane = 0; lane < WIDE_LANES; lane++)
        for (int half = 0; half < 2; half++) {
            uint32_t left = (uint32_t)pairs[lane] >> 16 * half << 16,
                     right = (uint32_t)weights[lane] >> 16 * half << 16;
            float a, b;
            memcpy(&a, &left, 4);
            memcpy(&b, &right, 4);
            sums[lane] += a * b;
        }
    return sums;
}

#if WIDE_KIND == 0
#define VM_NAME(function) wide_##function
#define WIDE_SET wide_bytes
#define WIDE_TITLE "512 bits in C, unsigned bytes"
#define VM_ZERO_LEVEL 128
#else
#define VM_NAME(function) wider_##function
#define WIDE_SET wide_signed_bytes
#define WIDE_TITLE "512 bits in C, signed bytes"
#define VM_ZERO_LEVEL 0
#endif
#define VM_DOT_BYTES(sums, quads, weights) dot_bytes(sums, quads, (WideInts)(weights), WIDE_KIND)
#define VM_DOT_BFLOAT16(sums, pairs, weights) dot_bfloat16(sums, pairs, weights)
#include "vectors.h"
#include "loops.h"
#include "float_product.h"
#include "byte_product.h"
#include "bfloat16_product.h"
#include "attention.h"
#include "bfloat16_attention.h"
#include "training.h"
#include "kernels.h"

static int runs(void) { return 1; }

const VMInstructionSet WIDE_SET = {WIDE_TITLE, WIDE_TITLE, runs, {VM_ALL_KERNELS, VM_BFLOAT16_KERNELS}};
