// Products with 8-bit weights. Every VM_GROUP inputs of a row and every VM_GROUP weights of an output have a scale of
// their own (Dai and others 2021, per-vector scaling): an outlier costs its neighbours their precision, not the whole
// row's. Sums are those of the rounded numbers, exactly.
//
// A set whose processors add four products of bytes in 32 bits (AVX-512 VNNI, AVX-VNNI, NEON's dot product) defines
// VM_DOT_BYTES(sums, quads, weights) and VM_ZERO_LEVEL, what an input of 0 is: 128 where inputs have no sign, else 0.
// Weights have 8 bits there.
//
// Elsewhere inputs are bytes around 128, weights signed bytes, multiplied by the instruction that adds two such
// products in 16 bits and saturates where they do not fit. Here they always do, and so do two results of it, added
// before they are widened: the scale of a group is the smallest at which no four weights of one sign that meet in 16
// bits add up to more than 128, and 255 * 128 is less than 2^15. That leaves about 7 bits of a weight, in groups as
// precise as 8 bits with one scale for an output.

typedef int16_t Shorts __attribute__((vector_size(VM_BYTES)));
typedef uint16_t Words __attribute__((vector_size(VM_BYTES)));
typedef int8_t Bytes __attribute__((vector_size(VM_BYTES)));
typedef uint8_t LaneBytes __attribute__((vector_size(VM_LANES)));

/// Inputs that share a scale. 32 would be a sixth slower, 128 a twentieth faster and a tenth less precise.
#define VM_GROUP 64

/// Rows of a tile, whose sums stay in registers: 2 * VM_QUANTIZED_ROWS of 32 or of 16, four for weights, the rest for
/// inputs.
#if VM_REGISTERS == 32
#define VM_QUANTIZED_ROWS 8
#else
#define VM_QUANTIZED_ROWS 4
#endif

/// Bytes of the rows that go through the panels together, which stay in the second-level cache.
#define VM_QUANTIZED_BLOCK_BYTES (192 * 1024)

#ifndef VM_DOT_BYTES
/// What is added to an input's level, so that it is a byte without a sign.
#define VM_ZERO_LEVEL 128

/// Sums of two neighbouring products.
VM_INLINE Ints multiply_pairs(Shorts a, Shorts b) {
#if VM_BYTES == 64
    return (Ints)__builtin_ia32_pmaddwd512(
        (__attribute__((vector_size(64))) short)a, (__attribute__((vector_size(64))) short)b);
#elif VM_BYTES == 32
    return (Ints)__builtin_ia32_pmaddwd256(
        (__attribute__((vector_size(32))) short)a, (__attribute__((vector_size(32))) short)b);
#else
    // The even and the odd halves of each 32-bit lane, sign-extended.
    Ints left = (Ints)a, right = (Ints)b;
    return ((left << 16) >> 16) * ((right << 16) >> 16) + (left >> 16) * (right >> 16);
#endif
}

/// Sums of two neighbouring products of a byte without a sign and one with.
VM_INLINE Shorts multiply_bytes(Ints a, Bytes b) {
#if VM_BYTES == 64
    return (Shorts)__builtin_ia32_pmaddubsw512(
        (__attribute__((vector_size(64))) char)a, (__attribute__((vector_size(64))) char)b);
#elif VM_BYTES == 32
    return (Shorts)__builtin_ia32_pmaddubsw256(
        (__attribute__((vector_size(32))) char)a, (__attribute__((vector_size(32))) char)b);
#else
    Words levels = (Words)a;
    Shorts weights = (Shorts)b;
    return (Shorts)(levels & 255) * ((weights << 8) >> 8) + (Shorts)(levels >> 8) * (weights >> 8);
#endif
}

#endif // VM_DOT_BYTES

VM_INLINE float largest_magnitude(const float *row, size_t count) {
    size_t whole = count / VM_LANES * VM_LANES;
    Floats tops = {0};
    for (size_t k = 0; k < whole; k += VM_LANES) tops = larger(tops, magnitude(load(row + k)));
    float largest = largest_of(tops);
    for (size_t k = whole; k < count; k++)
        largest = __builtin_fabsf(row[k]) > largest ? __builtin_fabsf(row[k]) : largest;
    return largest;
}

VM_INLINE size_t quantized_groups(size_t inputs) { return (inputs + VM_GROUP - 1) / VM_GROUP; }

/// Bytes of a row: whole octets, the steps of a product.
VM_INLINE size_t quantized_stride(size_t inputs) { return (inputs + 7) / 8 * 8; }

VM_KERNEL size_t VM_NAME(quantized_count)(size_t outputs, size_t inputs) {
    return (outputs + VM_PANEL - 1) / VM_PANEL * VM_PANEL * quantized_stride(inputs);
}

VM_KERNEL size_t VM_NAME(quantized_scale_count)(size_t outputs, size_t inputs) {
    return (outputs + VM_PANEL - 1) / VM_PANEL * VM_PANEL * quantized_groups(inputs);
}

VM_KERNEL VMQuantizedForm VM_NAME(quantized_form)(void) { return (VMQuantizedForm){VM_PANEL, VM_ZERO_LEVEL}; }

#ifdef VM_DOT_BYTES
VM_INLINE float group_scale(const float *weights, size_t count) { return largest_magnitude(weights, count) / 127.0f; }
#else
/// The smallest scale at which the weights of one sign that meet in 16 bits make 128 at most.
VM_INLINE float group_scale(const float *weights, size_t count) {
    static const size_t meeting[2][4] = {{0, 1, 4, 5}, {2, 3, 6, 7}}; // of an octet
    float largest = 0;
    for (size_t octet = 0; octet < count; octet += 8)
        for (int half = 0; half < 2; half++) {
            float above = 0, below = 0;
            for (int member = 0; member < 4; member++) {
                size_t k = octet + meeting[half][member];
                float weight = k < count ? weights[k] : 0.0f;
                if (weight > 0)
                    above += weight;
                else
                    below -= weight;
            }
            largest = above > largest ? above : largest;
            largest = below > largest ? below : largest;
        }
    return largest / 126.0f; // rounding may add a half to each
}
#endif

/// Panels of VM_PANEL outputs, each [quads of inputs][VM_PANEL][4], with scales and starts of the sums,
/// [groups][VM_PANEL].
VM_KERNEL void VM_NAME(quantize_weights)(
    int8_t *packed, float *scales, int32_t *starts, const float *weight, size_t outputs, size_t inputs) {
    size_t padded = (outputs + VM_PANEL - 1) / VM_PANEL * VM_PANEL;
    size_t stride = quantized_stride(inputs), groups = quantized_groups(inputs);
    for (size_t output = 0; output < padded; output++) {
        int8_t *to = packed + output / VM_PANEL * VM_PANEL * stride + output % VM_PANEL * 4;
        size_t first = output / VM_PANEL * VM_PANEL * groups + output % VM_PANEL;
        for (size_t group = 0; group < groups; group++) {
            size_t from = group * VM_GROUP, to_input = from + VM_GROUP < stride ? from + VM_GROUP : stride;
            size_t present = output < outputs ? (to_input < inputs ? to_input : inputs) - from : 0;
            const float *row = weight + (output < outputs ? output * inputs + from : 0);
            float scale = group_scale(row, present), inverse = scale > 0 ? 1.0f / scale : 0.0f;
            int32_t sum = 0;
            for (size_t k = from; k < to_input; k++) {
                int8_t level = k - from < present ? (int8_t)__builtin_rintf(row[k - from] * inverse) : 0;
                to[k / 4 * VM_PANEL * 4 + k % 4] = level;
                sum += level;
            }
            scales[first + group * VM_PANEL] = scale;
            starts[first + group * VM_PANEL] = -VM_ZERO_LEVEL * sum;
        }
    }
}

/// Rounds a row to bytes around VM_ZERO_LEVEL, with a scale for each group. Without a sign or with one, a byte has the
/// same bits.
VM_INLINE void quantize_row(uint8_t *target, float *scales, const float *row, size_t inputs) {
    const Floats shift = all(12582912.0f); // 1.5 * 2^23: adding it rounds to an integer
    for (size_t from = 0; from < inputs; from += VM_GROUP) {
        size_t end = from + VM_GROUP < inputs ? from + VM_GROUP : inputs;
        size_t whole = from + (end - from) / VM_LANES * VM_LANES;
        float largest = largest_magnitude(row + from, end - from);
        float inverse = largest > 0 ? 127.0f / largest : 0.0f;
        *scales++ = largest * (1.0f / 127.0f);
        for (size_t k = from; k < whole; k += VM_LANES) {
            Ints rounded = (Ints)(load(row + k) * inverse + shift) + VM_ZERO_LEVEL; // in the lowest byte
            LaneBytes bytes = __builtin_convertvector(rounded, LaneBytes);
            memcpy(target + k, &bytes, sizeof bytes);
        }
        for (size_t k = whole; k < end; k++)
            target[k] = (uint8_t)((int)__builtin_rintf(row[k] * inverse) + VM_ZERO_LEVEL);
    }
    for (size_t k = inputs; k < quantized_stride(inputs); k++) target[k] = VM_ZERO_LEVEL;
}

/// A panel of VM_PANEL outputs, its numbers as vm_quantize_weights has laid them out.
struct VM_NAME(QuantizedPanel) {
    const int8_t *levels;
    const int8_t *ahead; // what a tile fetches for the next panel
    size_t ahead_step;   // for each octet
    const float *scales;
    const int32_t *starts;
    const float *bias; // or NULL
    size_t inputs;
    size_t columns;
};

/// Rows of inputs and of outputs that a panel is multiplied with.
struct VM_NAME(QuantizedRows) {
    const uint8_t *levels;
    const float *scales;
    float *output;
    size_t output_stride;
};

VM_INLINE void quantized_tile(
    const struct VM_NAME(QuantizedPanel) * panel, const struct VM_NAME(QuantizedRows) * block, int rows) {
    Floats totals[VM_QUANTIZED_ROWS][2];
    size_t stride = quantized_stride(panel->inputs), groups = quantized_groups(panel->inputs);
    const int8_t *weights = panel->levels, *ahead = panel->ahead;
    const uint8_t *input = block->levels;
#ifndef VM_DOT_BYTES
    const Shorts ones = (Shorts){0} + 1;
#endif
#pragma clang loop unroll(full)
    for (int row = 0; row < rows; row++) totals[row][0] = totals[row][1] = (Floats){0};
    for (size_t group = 0; group < groups; group++) {
        size_t left_over = stride - group * VM_GROUP, octets = (left_over < VM_GROUP ? left_over : VM_GROUP) / 8;
        Ints sums[VM_QUANTIZED_ROWS][2];
        Ints first, second;
        memcpy(&first, panel->starts + group * VM_PANEL, sizeof first);
        memcpy(&second, panel->starts + group * VM_PANEL + VM_LANES, sizeof second);
#pragma clang loop unroll(full)
        for (int row = 0; row < rows; row++) sums[row][0] = first, sums[row][1] = second;
        for (size_t octet = 0; octet < octets; octet++) {
            Bytes of_quads[2][2];
            memcpy(of_quads, weights, sizeof of_quads);
            __builtin_prefetch(ahead);
#pragma clang loop unroll(full)
            for (int row = 0; row < rows; row++) {
                int32_t quads[2];
                memcpy(quads, input + (size_t)row * stride, sizeof quads);
                Ints one = (Ints){0} + quads[0], other = (Ints){0} + quads[1];
#ifdef VM_DOT_BYTES
                sums[row][0] = VM_DOT_BYTES(sums[row][0], one, of_quads[0][0]);
                sums[row][1] = VM_DOT_BYTES(sums[row][1], one, of_quads[0][1]);
                sums[row][0] = VM_DOT_BYTES(sums[row][0], other, of_quads[1][0]);
                sums[row][1] = VM_DOT_BYTES(sums[row][1], other, of_quads[1][1]);
#else
                sums[row][0] +=
                    multiply_pairs(multiply_bytes(one, of_quads[0][0]) + multiply_bytes(other, of_quads[1][0]), ones);
                sums[row][1] +=
                    multiply_pairs(multiply_bytes(one, of_quads[0][1]) + multiply_bytes(other, of_quads[1][1]), ones);
#endif
            }
            weights += 4 * VM_BYTES;
            ahead += panel->ahead_step;
            input += 8;
        }
        Floats left = load(panel->scales + group * VM_PANEL), right = load(panel->scales + group * VM_PANEL + VM_LANES);
#pragma clang loop unroll(full)
        for (int row = 0; row < rows; row++) {
            Floats scale = all(block->scales[(size_t)row * groups + group]);
            totals[row][0] += __builtin_convertvector(sums[row][0], Floats) * (scale * left);
            totals[row][1] += __builtin_convertvector(sums[row][1], Floats) * (scale * right);
        }
    }
    size_t second = panel->columns > VM_LANES ? panel->columns - VM_LANES : 0;
    size_t first = panel->columns - second;
#pragma clang loop unroll(full)
    for (int row = 0; row < rows; row++) {
        float *to = block->output + (size_t)row * block->output_stride;
        const float *bias = panel->bias;
        if (panel->columns == VM_PANEL) {
            store(to, totals[row][0] + (bias ? load(bias) : (Floats){0}));
            store(to + VM_LANES, totals[row][1] + (bias ? load(bias + VM_LANES) : (Floats){0}));
        } else {
            store_part(to, totals[row][0] + (bias ? load_part(bias, first) : (Floats){0}), first);
            store_part(
                to + VM_LANES, totals[row][1] + (bias ? load_part(bias + VM_LANES, second) : (Floats){0}), second);
        }
    }
}

VM_KERNEL void VM_NAME(quantized_rows)(
    const struct VM_NAME(QuantizedPanel) * panel, const struct VM_NAME(QuantizedRows) * block, size_t rows) {
#define VM_TILE(count) \
    case count: \
        quantized_tile(panel, block, count); \
        break;
    switch (rows) {
        VM_TILE(1)
        VM_TILE(2) VM_TILE(3) VM_TILE(4)
#if VM_QUANTIZED_ROWS == 8
            VM_TILE(5) VM_TILE(6) VM_TILE(7) VM_TILE(8)
#endif
    }
#undef VM_TILE
}

/// Rows of a block that share the scratch memory.
VM_INLINE size_t quantized_block(size_t inputs) {
    size_t rows = VM_QUANTIZED_BLOCK_BYTES / (quantized_stride(inputs) + 1);
    return rows ? rows : 1;
}

VM_KERNEL size_t VM_NAME(quantized_scratch)(size_t inputs) {
    return quantized_block(inputs) * (quantized_stride(inputs) / 4 + quantized_groups(inputs));
}

VM_KERNEL void VM_NAME(quantized_linear)(
    const VMQuantizedLinear *layer, const float *input, size_t rows, float *output, float *scratch) {
    size_t inputs = layer->inputs, outputs = layer->outputs;
    size_t stride = quantized_stride(inputs), groups = quantized_groups(inputs);
    size_t most = quantized_block(inputs), blocks = (rows + most - 1) / most;
    float *scales = scratch;
    uint8_t *levels = (uint8_t *)(scratch + most * groups);
    for (size_t block = 0; block < blocks; block++) {
        size_t from = rows * block / blocks, to = rows * (block + 1) / blocks;
        for (size_t row = 0; row < to - from; row++)
            quantize_row(levels + row * stride, scales + row * groups, input + (from + row) * inputs, inputs);
        size_t tiles = (to - from + VM_QUANTIZED_ROWS - 1) / VM_QUANTIZED_ROWS;
        for (size_t column = layer->first; column < layer->end; column += VM_PANEL) {
            size_t columns = outputs - column < VM_PANEL ? outputs - column : VM_PANEL;
            struct VM_NAME(QuantizedPanel) panel = {
                .levels = layer->packed + column * stride,
                .scales = layer->scales + column * groups,
                .starts = layer->starts + column * groups,
                .bias = layer->bias ? layer->bias + column : NULL,
                .ahead_step = (4 * VM_BYTES + tiles - 1) / tiles,
                .inputs = inputs,
                .columns = columns,
            };
            for (size_t tile = 0; tile < tiles; tile++) {
                size_t row = (to - from) * tile / tiles, end = (to - from) * (tile + 1) / tiles;
                // Each tile fetches its share of the next panel.
                panel.ahead = panel.levels + VM_PANEL * stride + panel.ahead_step * (stride / 8) * tile;
                struct VM_NAME(QuantizedRows) part = {
                    levels + row * stride, scales + row * groups, output + (from + row) * outputs + column, outputs};
                VM_NAME(quantized_rows)(&panel, &part, end - row);
            }
            if (layer->activation != VM_IDENTITY)
                VM_NAME(activate_block)(
                    output + from * outputs + column, NULL, to - from, columns, outputs, layer->activation);
        }
    }
}
