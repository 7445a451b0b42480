#if defined(__x86_64__)
#include <string.h>
#include "CVectorMath.h"
#include "loop_table.h"
#pragma clang attribute push(__attribute__((target("avx2,fma,f16c"))), apply_to = function)
#define VM_BYTES 32
#define VM_NAME(function) avx2_##function
#define VM_TITLE "AVX2"
#include "vectors.h"
#include "loops.h"
#include "products.h"
#include "quantized.h"
#include "attention.h"
#include "training.h"
#include "table.h"
#pragma clang attribute pop
#endif
