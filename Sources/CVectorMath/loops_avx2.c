#if defined(__x86_64__)
#include <string.h>
#include "loop_table.h"
#pragma clang attribute push(__attribute__((target("avx2,fma,f16c"))), apply_to = function)
#define VM_BYTES 32
#define VM_NAME(function) avx2_##function
#include "loops.h"
#pragma clang attribute pop
#endif
