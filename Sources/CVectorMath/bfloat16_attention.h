// Attention whose two products are those of bfloat16_product.h.

VM_INLINE size_t pairs_of(size_t count) { return (count + 1) / 2; }

VM_KERNEL size_t VM_NAME(bfloat16_attention_scratch)(size_t keys, size_t head_size) {
    // In floats, each of which has room for a pair.
    size_t widest = pairs_of(head_size) > VM_KEY_TILE / 2 ? pairs_of(head_size) : VM_KEY_TILE / 2;
    return padded(keys) * pairs_of(head_size) + pairs_of(keys) * padded(head_size)
           + VM_QUERY_BLOCK * (VM_KEY_TILE + widest);
}

/// Panels of VM_PANEL keys, each [pairs of the head's dimensions][VM_PANEL][2].
VM_INLINE void pack_keys_bfloat16(uint16_t *packed, const float *keys, size_t stride, size_t count, size_t head_size) {
    size_t pairs = pairs_of(head_size);
    for (size_t first = 0; first < count; first += VM_PANEL, packed += 2 * VM_PANEL * pairs)
        for (size_t key = 0; key < VM_PANEL; key++) {
            const float *from = keys + (first + key) * stride;
            int beyond = first + key >= count;
            for (size_t k = 0; k < 2 * pairs; k++)
                packed[k / 2 * 2 * VM_PANEL + 2 * key + k % 2] = beyond || k >= head_size ? 0 : bfloat16_of(from[k]);
        }
}

/// Panels of VM_PANEL of a head's dimensions, each [pairs of keys][VM_PANEL][2].
VM_INLINE void pack_values_bfloat16(
    uint16_t *packed, const float *values, size_t stride, size_t count, size_t head_size) {
    for (size_t first = 0; first < head_size; first += VM_PANEL) {
        size_t here = head_size - first < VM_PANEL ? head_size - first : VM_PANEL;
        for (size_t key = 0; key < count; key += 2, packed += 2 * VM_PANEL) {
            const float *from = values + key * stride + first;
            for (size_t column = 0; column < VM_PANEL; column++) {
                packed[2 * column] = column < here ? bfloat16_of(from[column]) : 0;
                packed[2 * column + 1] = column < here && key + 1 < count ? bfloat16_of(from[stride + column]) : 0;
            }
        }
    }
}

VM_KERNEL void VM_NAME(score_bfloat16)(
    const struct VM_NAME(PackedHead) * packed, const struct VM_NAME(ScoreBlock) * block) {
    static const float zeros[VM_PANEL];
    const VMAttention *head = packed->head;
    size_t pairs = pairs_of(head->head_size);
    size_t rows = block->to - block->from, tiles = (rows + VM_TILE_ROWS - 1) / VM_TILE_ROWS;
    uint16_t *queries = packed->rounded;
    for (size_t row = 0; row < rows; row++)
        round_to_bfloat16(
            queries + row * 2 * pairs, head->queries + (block->from + row) * head->stride, head->head_size, 2 * pairs);
    for (size_t key = 0; key < block->keys; key += VM_PANEL) {
        const uint16_t *panel = (const uint16_t *)packed->keys + (block->tile - packed->first_key + key) * 2 * pairs;
        for (size_t part = 0; part < tiles; part++) {
            size_t row = rows * part / tiles, end = rows * (part + 1) / tiles;
            VM_NAME(bfloat16_rows)(queries + row * 2 * pairs, 2 * pairs, panel, panel, 2 * VM_PANEL, pairs, zeros,
                block->scores + row * VM_KEY_TILE + key, VM_KEY_TILE, VM_PANEL, end - row);
        }
    }
}

VM_KERNEL void VM_NAME(mix_bfloat16)(
    const struct VM_NAME(PackedHead) * packed, const struct VM_NAME(ScoreBlock) * block) {
    static const float zeros[VM_PANEL];
    size_t size = packed->head->head_size, pairs = pairs_of(block->keys);
    size_t count = pairs_of(packed->end_key - packed->first_key);
    size_t rows = block->to - block->from, tiles = (rows + VM_TILE_ROWS - 1) / VM_TILE_ROWS;
    uint16_t *shares = packed->rounded;
    for (size_t row = 0; row < rows; row++)
        round_to_bfloat16(shares + row * VM_KEY_TILE, block->scores + row * VM_KEY_TILE, block->keys, 2 * pairs);
    for (size_t column = 0; column < size; column += VM_PANEL) {
        size_t columns = size - column < VM_PANEL ? size - column : VM_PANEL;
        const uint16_t *panel =
            (const uint16_t *)packed->values + column * 2 * count + (block->tile - packed->first_key) * VM_PANEL;
        for (size_t part = 0; part < tiles; part++) {
            size_t row = rows * part / tiles, end = rows * (part + 1) / tiles;
            VM_NAME(bfloat16_rows)(shares + row * VM_KEY_TILE, VM_KEY_TILE, panel, panel, 2 * VM_PANEL, pairs,
                block->is_first ? zeros : NULL, block->output + row * block->output_stride + column,
                block->output_stride, columns, end - row);
        }
    }
}

VM_KERNEL void VM_NAME(bfloat16_attention)(
    const VMAttention *head, float *output, size_t output_stride, float *scratch) {
    static const struct VM_NAME(AttentionProducts) products = {VM_NAME(score_bfloat16), VM_NAME(mix_bfloat16)};
    struct VM_NAME(PackedHead) packed = seen_keys(head);
    size_t size = head->head_size, count = packed.end_key - packed.first_key;
    packed.keys = scratch;
    packed.values = scratch + padded(count) * pairs_of(size);
    float *scores = (float *)packed.values + pairs_of(count) * padded(size);
    packed.rounded = scores + VM_QUERY_BLOCK * VM_KEY_TILE;
    pack_keys_bfloat16(packed.keys, head->keys + packed.first_key * head->stride, head->stride, count, size);
    pack_values_bfloat16(packed.values, head->values + packed.first_key * head->stride, head->stride, count, size);
    attend(&packed, output, output_stride, scores, &products);
}
