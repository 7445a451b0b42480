// Products with 8-bit weights: each output's weights have a scale of their own, each row of the input gets one when it is
// rounded (Dettmers and others 2022, vector-wise quantisation).
//
// Inputs are held in 16 bits and multiplied in pairs into 32-bit sums: exact, where the 8 × 8-bit instruction of processors
// without VNNI would saturate, and as fast, since that one needs a second multiplication to widen its sums. The room is
// used: inputs keep as many levels as the sum over all of them can hold, 5504 at 3072 inputs instead of 127.

typedef int16_t Shorts __attribute__((vector_size(VM_BYTES)));
typedef int8_t HalfBytes __attribute__((vector_size(VM_BYTES / 2)));

/// Bytes of the rows that go through the panels together, which stay in the second-level cache.
#define VM_QUANTIZED_BLOCK_BYTES (192 * 1024)

/// Sums of two neighbouring products.
VM_INLINE Ints multiply_pairs(Shorts a, Shorts b) {
#if VM_BYTES == 64
    return (Ints)__builtin_ia32_pmaddwd512((__attribute__((vector_size(64))) short)a, (__attribute__((vector_size(64))) short)b);
#elif VM_BYTES == 32
    return (Ints)__builtin_ia32_pmaddwd256((__attribute__((vector_size(32))) short)a, (__attribute__((vector_size(32))) short)b);
#elif defined(__SSE2__)
    return (Ints)__builtin_ia32_pmaddwd128((__attribute__((vector_size(16))) short)a, (__attribute__((vector_size(16))) short)b);
#else
    // The even and the odd halves of each 32-bit lane, sign-extended.
    Ints left = (Ints)a, right = (Ints)b;
    return ((left << 16) >> 16) * ((right << 16) >> 16) + (left >> 16) * (right >> 16);
#endif
}

VM_INLINE float largest_magnitude(const float *row, size_t count) {
    size_t whole = count / VM_LANES * VM_LANES;
    Floats tops = {0};
    for (size_t k = 0; k < whole; k += VM_LANES) tops = larger(tops, magnitude(load(row + k)));
    float largest = largest_of(tops);
    for (size_t k = whole; k < count; k++) largest = __builtin_fabsf(row[k]) > largest ? __builtin_fabsf(row[k]) : largest;
    return largest;
}

static size_t VM_NAME(quantized_count)(size_t outputs, size_t inputs) {
    return (outputs + VM_PANEL - 1) / VM_PANEL * VM_PANEL * ((inputs + 1) / 2 * 2);
}

/// Panels of VM_PANEL outputs, each [pairs of inputs][VM_PANEL][2].
static void VM_NAME(quantize_weights)(int8_t *packed, float *scales, const float *weight, size_t outputs, size_t inputs) {
    size_t padded = (outputs + VM_PANEL - 1) / VM_PANEL * VM_PANEL;
    for (size_t output = 0; output < padded; output++) {
        const float *from = weight + output * inputs;
        float largest = output < outputs ? largest_magnitude(from, inputs) : 0.0f;
        scales[output] = largest / 127.0f;
        float inverse = largest > 0 ? 127.0f / largest : 0.0f;
        size_t pairs = (inputs + 1) / 2;
        int8_t *to = packed + output / VM_PANEL * VM_PANEL * pairs * 2 + output % VM_PANEL * 2;
        for (size_t k = 0; k < pairs * 2; k++) {
            float value = output < outputs && k < inputs ? from[k] * inverse : 0.0f;
            to[k / 2 * VM_PANEL * 2 + k % 2] = (int8_t)__builtin_rintf(value);
        }
    }
}

/// The largest level of an input for which no sum of `inputs` products leaves 32 bits.
VM_INLINE float input_levels(size_t inputs) {
    size_t levels = (size_t)INT32_MAX / (127 * (inputs ? inputs : 1));
    return levels < INT16_MAX ? (float)levels : (float)INT16_MAX;
}

VM_INLINE void quantize_row(int16_t *target, float *scale, const float *row, size_t inputs) {
    size_t whole = inputs / VM_LANES * VM_LANES;
    float largest = largest_magnitude(row, inputs);
    float levels = input_levels(inputs);
    float inverse = largest > 0 ? levels / largest : 0.0f;
    *scale = largest / levels;
    const Floats shift = all(12582912.0f);  // 1.5 * 2^23: adding it rounds to an integer
    for (size_t k = 0; k < whole; k += VM_LANES) {
        Ints rounded = (Ints)(load(row + k) * inverse + shift) - (Ints)shift;
        for (int lane = 0; lane < VM_LANES; lane++) target[k + lane] = (int16_t)rounded[lane];
    }
    for (size_t k = whole; k < inputs; k++) target[k] = (int16_t)__builtin_rintf(row[k] * inverse);
    if (inputs % 2) target[inputs] = 0;
}

VM_INLINE Shorts widen(const int8_t *from) {
    HalfBytes bytes;
    memcpy(&bytes, from, sizeof bytes);
    return __builtin_convertvector(bytes, Shorts);
}

VM_INLINE void quantized_tile(const int16_t *input, size_t input_stride, const int8_t *panel, const int8_t *ahead, size_t pairs,
                              const float *row_scales, const float *column_scales, const float *bias, float *output,
                              size_t output_stride, size_t columns, int rows) {
    Ints sums[VM_TILE_ROWS][2];
#pragma clang loop unroll(full)
    for (int row = 0; row < rows; row++) sums[row][0] = sums[row][1] = (Ints){0};
    for (size_t pair = 0; pair < pairs; pair++) {
        // The first tile of a panel fetches the next panel.
        __builtin_prefetch(ahead + pair * VM_PANEL * 2);
        Shorts left = widen(panel + pair * VM_PANEL * 2);
        Shorts right = widen(panel + pair * VM_PANEL * 2 + VM_LANES * 2);
#pragma clang loop unroll(full)
        for (int row = 0; row < rows; row++) {
            int32_t both;
            memcpy(&both, input + (size_t)row * input_stride + pair * 2, 4);
            Shorts value = (Shorts)((Ints){0} + both);
            sums[row][0] += multiply_pairs(value, left);
            sums[row][1] += multiply_pairs(value, right);
        }
    }
    size_t second = columns > VM_LANES ? columns - VM_LANES : 0;
    size_t first = columns - second;
#pragma clang loop unroll(full)
    for (int row = 0; row < rows; row++) {
        float *to = output + (size_t)row * output_stride;
        Floats scale = all(row_scales[row]);
        Floats left = __builtin_convertvector(sums[row][0], Floats) * (scale * load(column_scales));
        Floats right = __builtin_convertvector(sums[row][1], Floats) * (scale * load(column_scales + VM_LANES));
        if (columns == VM_PANEL) {
            store(to, left + (bias ? load(bias) : (Floats){0}));
            store(to + VM_LANES, right + (bias ? load(bias + VM_LANES) : (Floats){0}));
        } else {
            store_part(to, left + (bias ? load_part(bias, first) : (Floats){0}), first);
            store_part(to + VM_LANES, right + (bias ? load_part(bias + VM_LANES, second) : (Floats){0}), second);
        }
    }
}

static void VM_NAME(quantized_rows)(const int16_t *input, size_t input_stride, const int8_t *panel, const int8_t *ahead,
                                    size_t pairs, const float *row_scales, const float *column_scales, const float *bias, float *output,
                                    size_t output_stride, size_t columns, size_t rows) {
#define VM_TILE(count) \
    case count: quantized_tile(input, input_stride, panel, ahead, pairs, row_scales, column_scales, bias, output, output_stride, columns, count); break;
    switch (rows) {
        VM_TILE(1) VM_TILE(2) VM_TILE(3) VM_TILE(4) VM_TILE(5) VM_TILE(6)
#if VM_TILE_ROWS == 12
        VM_TILE(7) VM_TILE(8) VM_TILE(9) VM_TILE(10) VM_TILE(11) VM_TILE(12)
#endif
    }
#undef VM_TILE
}

/// Rows of a group that share the scratch memory.
VM_INLINE size_t quantized_group(size_t inputs) {
    size_t rows = VM_QUANTIZED_BLOCK_BYTES / ((inputs + 1) / 2 * 4);
    return rows ? rows : 1;
}

static size_t VM_NAME(quantized_scratch)(size_t inputs) {
    return quantized_group(inputs) * ((inputs + 1) / 2 + 1);
}

static void VM_NAME(quantized_linear)(const VMQuantizedLinear *layer, const float *input, size_t rows, float *output,
                                      float *scratch) {
    size_t inputs = layer->inputs, outputs = layer->outputs, pairs = (inputs + 1) / 2;
    size_t most = quantized_group(inputs), groups = (rows + most - 1) / most;
    float *scales = scratch;
    int16_t *levels = (int16_t *)(scratch + most);
    for (size_t group = 0; group < groups; group++) {
        size_t from = rows * group / groups, to = rows * (group + 1) / groups;
        for (size_t row = 0; row < to - from; row++)
            quantize_row(levels + row * pairs * 2, scales + row, input + (from + row) * inputs, inputs);
        size_t tiles = (to - from + VM_TILE_ROWS - 1) / VM_TILE_ROWS;
        for (size_t column = 0; column < outputs; column += VM_PANEL) {
            const int8_t *panel = layer->packed + column * pairs * 2;
            size_t columns = outputs - column < VM_PANEL ? outputs - column : VM_PANEL;
            for (size_t tile = 0; tile < tiles; tile++) {
                size_t row = (to - from) * tile / tiles, end = (to - from) * (tile + 1) / tiles;
                const int8_t *ahead = tile ? panel : panel + pairs * VM_PANEL * 2;
                VM_NAME(quantized_rows)(levels + row * pairs * 2, pairs * 2, panel, ahead, pairs, scales + row,
                                        layer->scales + column, layer->bias ? layer->bias + column : NULL,
                                        output + (from + row) * outputs + column, outputs, columns, end - row);
            }
            if (layer->activation != VM_IDENTITY)
                VM_NAME(activate_block)(output + from * outputs + column, NULL, to - from, columns, outputs,
                                        layer->activation);
        }
    }
}

// What surrounds a product of bytes that a library computes: inputs from 1 to 255 with 128 for zero, and sums of 32 bits.

static void VM_NAME(round_weights)(int8_t *rounded, float *scales, int32_t *offsets, const float *weight, size_t outputs,
                                   size_t inputs) {
    for (size_t output = 0; output < outputs; output++, rounded += inputs, weight += inputs) {
        float largest = largest_magnitude(weight, inputs);
        float inverse = largest > 0 ? 127.0f / largest : 0.0f;
        int32_t sum = 0;
        for (size_t k = 0; k < inputs; k++) {
            rounded[k] = (int8_t)__builtin_rintf(weight[k] * inverse);
            sum += rounded[k];
        }
        scales[output] = largest / 127.0f;
        offsets[output] = 128 * sum;
    }
}

static void VM_NAME(round_rows)(uint8_t *rounded, float *scales, const float *input, size_t rows, size_t inputs) {
    const Floats shift = all(12582912.0f);  // 1.5 * 2^23: adding it rounds to an integer
    size_t whole = inputs / VM_LANES * VM_LANES;
    for (size_t row = 0; row < rows; row++, rounded += inputs, input += inputs) {
        float largest = largest_magnitude(input, inputs);
        float inverse = largest > 0 ? 127.0f / largest : 0.0f;
        scales[row] = largest / 127.0f;
        for (size_t k = 0; k < whole; k += VM_LANES) {
            Ints levels = (Ints)(load(input + k) * inverse + shift) - (Ints)shift + 128;
            for (int lane = 0; lane < VM_LANES; lane++) rounded[k + lane] = (uint8_t)levels[lane];
        }
        for (size_t k = whole; k < inputs; k++) rounded[k] = (uint8_t)((int)__builtin_rintf(input[k] * inverse) + 128);
    }
}

static void VM_NAME(scale_sums)(float *output, const int32_t *sums, const int32_t *offsets, const float *row_scales,
                                const float *column_scales, const float *bias, size_t rows, size_t columns) {
    for (size_t row = 0; row < rows; row++, output += columns, sums += columns)
        for (size_t column = 0; column < columns; column++)
            output[column] = (float)(sums[column] - offsets[column]) * (row_scales[row] * column_scales[column])
                + (bias ? bias[column] : 0.0f);
}
