// Plain C, for every processor: the compiler makes of it what all processors of the architecture have, SSE2 or NEON.

#define VM_BYTES 16
#define VM_NAME(function) baseline_##function
#include "vectors.h"
#include "loops.h"
#include "float_product.h"
#include "byte_product.h"
#include "attention.h"
#include "training.h"
#include "peak.h"
#include "kernels.h"

static int runs(void) { return 1; }

const VMInstructionSet vm_baseline = {"baseline", "plain C", runs, {VM_ALL_KERNELS, .peak = VM_NAME(peak)}};
