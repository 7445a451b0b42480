// 8-bit products of processors with AVX-VNNI and without AVX-512: Alder Lake and later.

#if defined(__x86_64__)
#include <string.h>

#include "InstructionSet.h"

#pragma clang attribute push(__attribute__((target("avx2,fma,f16c,avxvnni"))), apply_to = function)
#define VM_BYTES 32
#define VM_NAME(function) avxvnni_##function
#define VM_ZERO_LEVEL 128
#define VM_DOT_BYTES(sums, quads, weights) \
    ((Ints)_mm256_dpbusd_avx_epi32((__m256i)(sums), (__m256i)(quads), (__m256i)(weights)))
#include <immintrin.h>

#include "vectors.h"
#include "loops.h"
#include "float_product.h"
#include "byte_product.h"
#include "peak.h"
#include "kernels.h"
#pragma clang attribute pop

static int runs(void) {
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("f16c")
           && __builtin_cpu_supports("avxvnni");
}

const VMInstructionSet vm_avxvnni = {"avxvnni", "AVX-VNNI", runs, {VM_BYTE_KERNELS, .peak = VM_NAME(peak)}};
#endif
