#if defined(__x86_64__)
#include <string.h>
#include "CVectorMath.h"
#include "loop_table.h"
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma"))), apply_to = function)
#define VM_BYTES 64
#define VM_NAME(function) avx512_##function
#define VM_TITLE "AVX-512"
#include "vectors.h"
#include "loops.h"
#include "products.h"
#include "quantized.h"
#include "attention.h"
#include "training.h"
#include "table.h"
#pragma clang attribute pop
#endif
