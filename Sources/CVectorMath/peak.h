// What a core can multiply and add: registers alone, as many sums as a tile of the products has.

/// Stops the compiler from seeing through a value.
#if defined(__x86_64__)
#define VM_OPAQUE(value) __asm__ volatile("" : "+v"(value))
#elif defined(__aarch64__)
#define VM_OPAQUE(value) __asm__ volatile("" : "+w"(value))
#else
#define VM_OPAQUE(value) __asm__ volatile("" : "+m"(value))
#endif

#define VM_PEAK_LOOP(Sums, Factor, step) \
    Sums sums[2 * VM_TILE_ROWS]; \
    for (int index = 0; index < 2 * VM_TILE_ROWS; index++) sums[index] = (Sums){0}; \
    Factor left = {0}, right = {0}; \
    VM_OPAQUE(right); \
    for (size_t round = 0; round < rounds; round++) { \
        _Pragma("clang loop unroll(full)") for (int index = 0; index < 2 * VM_TILE_ROWS; index++) { \
            VM_OPAQUE(left); \
            step; \
        } \
    } \
    for (int index = 0; index < 2 * VM_TILE_ROWS; index++) VM_OPAQUE(sums[index]);

VM_KERNEL double VM_NAME(peak)(VMPeak numbers, size_t rounds) {
    double products = (double)rounds * 2 * VM_TILE_ROWS * VM_LANES;
    switch (numbers) {
    case VM_PEAK_FLOAT32: {
        VM_PEAK_LOOP(Floats, Floats, sums[index] += left * right)
        return 2 * products;
    }
    case VM_PEAK_BFLOAT16: {
#ifdef VM_DOT_BFLOAT16
        VM_PEAK_LOOP(Floats, Ints, sums[index] = VM_DOT_BFLOAT16(sums[index], left, right))
        return 4 * products;
#else
        return 0;
#endif
    }
    case VM_PEAK_INT8: {
#ifdef VM_DOT_BYTES
        VM_PEAK_LOOP(Ints, Ints, sums[index] = VM_DOT_BYTES(sums[index], left, (Bytes)right))
        return 8 * products;
#else
        // Two products of bytes in 16 bits, added up, then widened: 8 multiplications in each lane.
        const Shorts ones = (Shorts){0} + 1;
        VM_PEAK_LOOP(Ints, Ints,
            sums[index] +=
            multiply_pairs(multiply_bytes(left, (Bytes)right) + multiply_bytes(right, (Bytes)left), ones))
        return 16 * products;
#endif
    }
    }
    return 0;
}
