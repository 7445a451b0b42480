// Products with packed weights: output = activation(input Wᵀ + bias), the linear layers of an encoder.
//
// W is packed once, when a model is loaded: a block of VM_BLOCK_DEPTH inputs after the other, each block in panels of
// VM_PANEL outputs, each panel [inputs of the block][VM_PANEL] (Goto and van de Geijn 2008; here a panel is two vectors
// wide). A product reads the packed weights from front to end, each byte once for every VM_BLOCK_ROWS rows. The input
// is read where it stands.

/// Outputs of a panel: two vectors.
#define VM_PANEL (2 * VM_LANES)

/// Rows of a tile, whose sums stay in registers: 2 * VM_TILE_ROWS of 32 or of 16, the rest for weights and an input.
#if VM_REGISTERS == 32
#define VM_TILE_ROWS 12
#else
#define VM_TILE_ROWS 6
#endif

/// Inputs of a block: a panel of 384 takes 24 KiB with AVX2, which stays in the first-level cache from tile to tile.
#define VM_BLOCK_DEPTH 384

/// Rows that go through the panels together: 120 rows of a block are 180 KiB, which stay in the second-level cache.
#define VM_BLOCK_ROWS 120

VM_KERNEL size_t VM_NAME(packed_count)(size_t outputs, size_t inputs) {
    return (outputs + VM_PANEL - 1) / VM_PANEL * VM_PANEL * inputs;
}

VM_KERNEL void VM_NAME(pack)(float *packed, const float *weight, size_t outputs, size_t inputs) {
    size_t padded = VM_NAME(packed_count)(outputs, 1);
    for (size_t block = 0; block < inputs; block += VM_BLOCK_DEPTH) {
        size_t depth = inputs - block < VM_BLOCK_DEPTH ? inputs - block : VM_BLOCK_DEPTH;
        for (size_t first = 0; first < padded; first += VM_PANEL) {
            for (size_t column = 0; column < VM_PANEL; column++) {
                int beyond = first + column >= outputs;
                const float *from = weight + (beyond ? 0 : (first + column) * inputs + block);
                for (size_t k = 0; k < depth; k++) packed[k * VM_PANEL + column] = beyond ? 0.0f : from[k];
            }
            packed += depth * VM_PANEL;
        }
    }
}

/// One tile: `rows` rows by one panel. `start` (the bias, one for all rows) or else what `output` holds is added to the
/// sums.
VM_INLINE void product_tile(const float *input, size_t input_stride, const float *panel, const float *ahead,
    size_t ahead_step, size_t depth, const float *start, float *output, size_t output_stride, size_t columns,
    int rows) {
    Floats sums[VM_TILE_ROWS][2];
#pragma clang loop unroll(full)
    for (int row = 0; row < rows; row++) {
        sums[row][0] = sums[row][1] = (Floats){0};
        __builtin_prefetch(output + (size_t)row * output_stride, 1);
    }
    for (size_t k = 0; k < depth; k++) {
        Floats left = load(panel + k * VM_PANEL);
        Floats right = load(panel + k * VM_PANEL + VM_LANES);
        __builtin_prefetch(ahead + k * ahead_step, 0, 2); // to the second-level cache
#pragma clang loop unroll(full)
        for (int row = 0; row < rows; row++) {
            Floats value = all(input[(size_t)row * input_stride + k]);
            sums[row][0] += value * left;
            sums[row][1] += value * right;
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

/// A tile for each number of rows, so that the loops over them unroll.
VM_KERNEL void VM_NAME(product_rows)(const float *input, size_t input_stride, const float *panel, const float *ahead,
    size_t ahead_step, size_t depth, const float *start, float *output, size_t output_stride, size_t columns,
    size_t rows) {
#define VM_TILE(count) \
    case count: \
        product_tile( \
            input, input_stride, panel, ahead, ahead_step, depth, start, output, output_stride, columns, count); \
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

VM_KERNEL void VM_NAME(linear)(const VMLinear *layer, const float *input, size_t rows, float *output) {
    static const float zeros[VM_PANEL];
    size_t inputs = layer->inputs, outputs = layer->outputs;
    size_t padded = VM_NAME(packed_count)(outputs, 1);
    const float *weights = layer->packed;
    for (size_t block = 0; block < inputs; block += VM_BLOCK_DEPTH) {
        size_t depth = inputs - block < VM_BLOCK_DEPTH ? inputs - block : VM_BLOCK_DEPTH;
        int is_last = block + depth == inputs;
        size_t groups = (rows + VM_BLOCK_ROWS - 1) / VM_BLOCK_ROWS;
        for (size_t group = 0; group < groups; group++) {
            size_t from = rows * group / groups, to = rows * (group + 1) / groups;
            size_t tiles = (to - from + VM_TILE_ROWS - 1) / VM_TILE_ROWS;
            for (size_t column = layer->first; column < layer->end; column += VM_PANEL) {
                const float *panel = weights + column * depth;
                const float *start = block ? NULL : layer->bias ? layer->bias + column : zeros;
                size_t columns = outputs - column < VM_PANEL ? outputs - column : VM_PANEL;
                for (size_t tile = 0; tile < tiles; tile++) {
                    size_t row = from + (to - from) * tile / tiles, end = from + (to - from) * (tile + 1) / tiles;
                    // Each tile fetches its share of the next panel.
                    size_t ahead_step = (VM_PANEL + tiles - 1) / tiles;
                    const float *ahead = panel + depth * VM_PANEL + depth * ahead_step * tile;
                    VM_NAME(product_rows)(input + row * inputs + block, inputs, panel, ahead, ahead_step, depth, start,
                        output + row * outputs + column, outputs, columns, end - row);
                }
                if (is_last && layer->activation != VM_IDENTITY)
                    VM_NAME(activate_block)(
                        output + from * outputs + column, NULL, to - from, columns, outputs, layer->activation);
            }
        }
        weights += padded * depth;
    }
}
