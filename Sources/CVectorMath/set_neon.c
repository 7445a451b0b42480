// NEON, which every 64-bit Arm processor has: tiles for its 32 registers.

#if defined(__aarch64__)
#define VM_BYTES 16
#define VM_REGISTERS 32
#define VM_NAME(function) neon_##function
#include "vectors.h"
#include "loops.h"
#include "float_product.h"
#include "byte_product.h"
#include "attention.h"
#include "training.h"
#include "peak.h"
#include "kernels.h"

static int runs(void) { return 1; }

const VMInstructionSet vm_neon = {"neon", "NEON", runs, {VM_ALL_KERNELS, .peak = VM_NAME(peak)}};
#endif
