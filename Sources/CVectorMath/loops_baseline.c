// The instructions every processor of the architecture has: SSE2 or NEON.
#define VM_BYTES 16
#define VM_NAME(function) baseline_##function
#if defined(__aarch64__)
#define VM_TITLE "NEON"
#else
#define VM_TITLE "baseline"
#endif
#include "vectors.h"
#include "loops.h"
#include "products.h"
#include "quantized.h"
#include "attention.h"
#include "training.h"
#include "table.h"
