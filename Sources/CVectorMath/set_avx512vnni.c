// 8-bit products of processors with AVX-512 VNNI: Cascade Lake, Zen 4 and later.

#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

#include "InstructionSet.h"
#include "avx512.h"

#pragma clang attribute push(__attribute__((target(VM_AVX512_TARGET ",avx512vnni"))), apply_to = function)
#define VM_BYTES 64
#define VM_NAME(function) avx512vnni_##function
#define VM_ZERO_LEVEL 128
#define VM_DOT_BYTES(sums, quads, weights) \
    ((Ints)_mm512_dpbusd_epi32((__m512i)(sums), (__m512i)(quads), (__m512i)(weights)))
#include "vectors.h"
#include "loops.h"
#include "float_product.h"
#include "byte_product.h"
#include "peak.h"
#include "kernels.h"
#pragma clang attribute pop

static int runs(void) { return has_avx512() && __builtin_cpu_supports("avx512vnni"); }

const VMInstructionSet vm_avx512vnni = {"avx512vnni", "AVX-512 VNNI", runs, {VM_BYTE_KERNELS, .peak = VM_NAME(peak)}};
#endif
