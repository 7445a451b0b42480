// Products of bfloat16 of processors with AVX-512 BF16, all of which have VNNI: Cooper Lake, Sapphire Rapids, Zen 4 and
// later.

#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

#include "InstructionSet.h"
#include "avx512.h"

#pragma clang attribute push(__attribute__((target(VM_AVX512_TARGET ",avx512vnni,avx512bf16"))), apply_to = function)
#define VM_BYTES 64
#define VM_NAME(function) avx512bf16_##function
#define VM_ZERO_LEVEL 128
#define VM_DOT_BYTES(sums, quads, weights) \
    ((Ints)_mm512_dpbusd_epi32((__m512i)(sums), (__m512i)(quads), (__m512i)(weights)))
#define VM_DOT_BFLOAT16(sums, pairs, weights) \
    ((Floats)_mm512_dpbf16_ps((__m512)(sums), (__m512bh)(pairs), (__m512bh)(weights)))
#define VM_ROUND_BFLOAT16(value, target) \
    do { \
        __m256bh rounded = _mm512_cvtneps_pbh((__m512)(value)); \
        memcpy(target, &rounded, sizeof rounded); \
    } while (0)
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

static int runs(void) {
    return has_avx512() && __builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("avx512bf16");
}

const VMInstructionSet vm_avx512bf16 = {
    "avx512bf16", "AVX-512 BF16", runs, {VM_BFLOAT16_KERNELS, .peak = VM_NAME(peak)}};
#endif
