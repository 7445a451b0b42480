#if defined(__x86_64__)
#include <string.h>

#include "InstructionSet.h"
#include "avx512.h"

#pragma clang attribute push(__attribute__((target(VM_AVX512_TARGET))), apply_to = function)
#define VM_BYTES 64
#define VM_NAME(function) avx512_##function
#include "vectors.h"
#include "loops.h"
#include "float_product.h"
#include "byte_product.h"
#include "attention.h"
#include "training.h"
#include "peak.h"
#include "kernels.h"
#pragma clang attribute pop

static int runs(void) { return has_avx512(); }

const VMInstructionSet vm_avx512 = {"avx512", "AVX-512", runs, {VM_ALL_KERNELS, .peak = VM_NAME(peak)}};
#endif
