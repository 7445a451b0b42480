// The instructions every processor of the architecture has: SSE2 or NEON.
#define VM_BYTES 16
#define VM_NAME(function) baseline_##function
#include "loops.h"
