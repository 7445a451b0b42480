// Products of bfloat16 numbers with sums in float32, for sets whose processors add two such products at a time. A set
// defines VM_DOT_BFLOAT16(sums, pairs, weights), where each lane has two neighbouring inputs; and
// VM_ROUND_BFLOAT16(floats, target), which rounds a vector to the nearest bfloat16, ties to even, where the processor
// does that, too.
//
// The rest is as in float_product.h: panels of VM_PANEL outputs, each [pairs of inputs][VM_PANEL][2], block by block of
// the depth.

typedef uint16_t LaneWords __attribute__((vector_size(VM_LANES * 2)));
typedef uint32_t LaneBits __attribute__((vector_size(VM_BYTES)));

/// Pairs of inputs of a block: as many bytes as VM_BLOCK_DEPTH floats.
#define VM_BLOCK_PAIRS VM_BLOCK_DEPTH

VM_INLINE uint16_t bfloat16_of(float value) {
    uint32_t bits;
    memcpy(&bits, &value, 4);
    return (uint16_t)((bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
}

VM_INLINE void round_vector(uint16_t *target, Floats value) {
#ifdef VM_ROUND_BFLOAT16
    VM_ROUND_BFLOAT16(value, target);
#else
    LaneBits bits = (LaneBits)value;
    LaneWords words = __builtin_convertvector((bits + 0x7fff + ((bits >> 16) & 1)) >> 16, LaneWords);
    memcpy(target, &words, sizeof words);
#endif
}

/// Rounds `count` numbers, and fills up to `padded` with zeros.
VM_INLINE void round_to_bfloat16(uint16_t *target, const float *source, size_t count, size_t padded) {
    size_t whole = count / VM_LANES * VM_LANES;
    for (size_t k = 0; k < whole; k += VM_LANES) round_vector(target + k, load(source + k));
    for (size_t k = whole; k < count; k++) target[k] = bfloat16_of(source[k]);
    for (size_t k = count; k < padded; k++) target[k] = 0;
}

/// Numbers of a row, whole pairs.
VM_INLINE size_t bfloat16_stride(size_t inputs) { return (inputs + 1) / 2 * 2; }

VM_KERNEL size_t VM_NAME(bfloat16_count)(size_t outputs, size_t inputs) {
    return (outputs + VM_PANEL - 1) / VM_PANEL * VM_PANEL * bfloat16_stride(inputs);
}

VM_KERNEL void VM_NAME(bfloat16_pack)(uint16_t *packed, const float *weight, size_t outputs, size_t inputs) {
    size_t padded = (outputs + VM_PANEL - 1) / VM_PANEL * VM_PANEL, stride = bfloat16_stride(inputs);
    for (size_t block = 0; block < stride; block += 2 * VM_BLOCK_PAIRS) {
        size_t depth = stride - block < 2 * VM_BLOCK_PAIRS ? stride - block : 2 * VM_BLOCK_PAIRS;
        for (size_t first = 0; first < padded; first += VM_PANEL, packed += depth * VM_PANEL)
            for (size_t column = 0; column < VM_PANEL; column++) {
                int beyond = first + column >= outputs;
                const float *from = weight + (beyond ? 0 : (first + column) * inputs);
                for (size_t k = 0; k < depth; k++)
                    packed[k / 2 * 2 * VM_PANEL + column * 2 + k % 2] =
                        beyond || block + k >= inputs ? 0 : bfloat16_of(from[block + k]);
            }
    }
}

/// One tile: `rows` rows by one panel, as product_tile.
VM_INLINE void bfloat16_tile(const uint16_t *input, size_t input_stride, const uint16_t *panel, const uint16_t *ahead,
    size_t ahead_step, size_t pairs, const float *start, float *output, size_t output_stride, size_t columns,
    int rows) {
    Floats sums[VM_TILE_ROWS][2];
#pragma clang loop unroll(full)
    for (int row = 0; row < rows; row++) {
        sums[row][0] = sums[row][1] = (Floats){0};
        __builtin_prefetch(output + (size_t)row * output_stride, 1);
    }
    for (size_t k = 0; k < pairs; k++) {
        Ints left, right;
        memcpy(&left, panel + k * 2 * VM_PANEL, sizeof left);
        memcpy(&right, panel + k * 2 * VM_PANEL + 2 * VM_LANES, sizeof right);
        __builtin_prefetch(ahead + k * ahead_step, 0, 2);
#pragma clang loop unroll(full)
        for (int row = 0; row < rows; row++) {
            int32_t pair;
            memcpy(&pair, input + (size_t)row * input_stride + 2 * k, sizeof pair);
            Ints value = (Ints){0} + pair;
            sums[row][0] = VM_DOT_BFLOAT16(sums[row][0], value, left);
            sums[row][1] = VM_DOT_BFLOAT16(sums[row][1], value, right);
        }
    }
    size_t second = columns > VM_LANES ? columns - VM_LANES : 0;
    size_t first = columns - second;
#pragma clang loop unroll(full)
    for (int row = 0; row < rows; row++) {
        float *to = output + (size_t)row * output_stride;
        const float *from = start ? start : to;
        if (columns == VM_PANEL) {
            store(to, sums[row][0] + load(from));
            store(to + VM_LANES, sums[row][1] + load(from + VM_LANES));
        } else {
            store_part(to, sums[row][0] + load_part(from, first), first);
            store_part(to + VM_LANES, sums[row][1] + load_part(from + VM_LANES, second), second);
        }
    }
}

VM_KERNEL void VM_NAME(bfloat16_rows)(const uint16_t *input, size_t input_stride, const uint16_t *panel,
    const uint16_t *ahead, size_t ahead_step, size_t pairs, const float *start, float *output, size_t output_stride,
    size_t columns, size_t rows) {
#define VM_TILE(count) \
    case count: \
        bfloat16_tile( \
            input, input_stride, panel, ahead, ahead_step, pairs, start, output, output_stride, columns, count); \
        break;
    switch (rows) {
        VM_TILE(1)
        VM_TILE(2) VM_TILE(3) VM_TILE(4) VM_TILE(5) VM_TILE(6)
#if VM_TILE_ROWS == 12
            VM_TILE(7) VM_TILE(8) VM_TILE(9) VM_TILE(10) VM_TILE(11) VM_TILE(12)
#endif
    }
#undef VM_TILE
}

/// A block's rows, rounded.
VM_KERNEL size_t VM_NAME(bfloat16_scratch)(size_t inputs) {
    size_t stride = bfloat16_stride(inputs);
    return VM_BLOCK_ROWS * (stride < 2 * VM_BLOCK_PAIRS ? stride : 2 * VM_BLOCK_PAIRS) / 2;
}

VM_KERNEL void VM_NAME(bfloat16_linear)(
    const VMBFloat16Linear *layer, const float *input, size_t rows, float *output, float *scratch) {
    static const float zeros[VM_PANEL];
    size_t inputs = layer->inputs, outputs = layer->outputs, stride = bfloat16_stride(inputs);
    size_t padded = (outputs + VM_PANEL - 1) / VM_PANEL * VM_PANEL;
    const uint16_t *weights = layer->packed;
    uint16_t *rounded = (uint16_t *)scratch;
    for (size_t block = 0; block < stride; block += 2 * VM_BLOCK_PAIRS) {
        size_t depth = stride - block < 2 * VM_BLOCK_PAIRS ? stride - block : 2 * VM_BLOCK_PAIRS;
        size_t present = inputs - block < depth ? inputs - block : depth;
        int is_last = block + depth == stride;
        size_t groups = (rows + VM_BLOCK_ROWS - 1) / VM_BLOCK_ROWS;
        for (size_t group = 0; group < groups; group++) {
            size_t from = rows * group / groups, to = rows * (group + 1) / groups;
            size_t tiles = (to - from + VM_TILE_ROWS - 1) / VM_TILE_ROWS;
            for (size_t row = from; row < to; row++)
                round_to_bfloat16(rounded + (row - from) * depth, input + row * inputs + block, present, depth);
            for (size_t column = layer->first; column < layer->end; column += VM_PANEL) {
                const uint16_t *panel = weights + column * depth;
                const float *start = block ? NULL : layer->bias ? layer->bias + column : zeros;
                size_t columns = outputs - column < VM_PANEL ? outputs - column : VM_PANEL;
                for (size_t tile = 0; tile < tiles; tile++) {
                    size_t row = (to - from) * tile / tiles, end = (to - from) * (tile + 1) / tiles;
                    // Each tile fetches its share of the next panel.
                    size_t ahead_step = (2 * VM_PANEL + tiles - 1) / tiles;
                    const uint16_t *ahead = panel + depth * VM_PANEL + depth / 2 * ahead_step * tile;
                    VM_NAME(bfloat16_rows)(rounded + row * depth, depth, panel, ahead, ahead_step, depth / 2, start,
                        output + (from + row) * outputs + column, outputs, columns, end - row);
                }
                if (is_last && layer->activation != VM_IDENTITY)
                    VM_NAME(activate_block)(
                        output + from * outputs + column, NULL, to - from, columns, outputs, layer->activation);
            }
        }
        weights += padded * depth;
    }
}
