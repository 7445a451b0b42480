// Scaled dot-product attention of one head without a tokens × tokens matrix: scores exist for VM_QUERY_BLOCK queries by
// VM_KEY_TILE keys at a time, and softmax goes on from tile to tile (Milakov and Gimelshein 2018; Dao and others 2022).

/// Queries of a block: 24 rows of scores against a tile are 24 KiB, which stay in the first-level cache from the product
/// with the keys to the one with the values.
#define VM_QUERY_BLOCK 24

/// Keys of a tile. A sequence of up to 256 tokens is one tile, and softmax never has to be corrected.
#define VM_KEY_TILE 256

static size_t VM_NAME(padded)(size_t count) { return (count + VM_PANEL - 1) / VM_PANEL * VM_PANEL; }

static size_t VM_NAME(attention_scratch)(size_t keys, size_t head_size) {
    return VM_NAME(padded)(keys) * head_size + keys * VM_NAME(padded)(head_size) + VM_QUERY_BLOCK * (VM_KEY_TILE + 2);
}

typedef float Quad __attribute__((vector_size(16)));

/// Keys as the "weights" of a product: panels of VM_PANEL keys, each [head_size][VM_PANEL]; keys beyond the last are 0.
VM_INLINE void pack_keys(float *packed, const float *keys, size_t stride, size_t count, size_t head_size) {
    for (size_t first = 0; first < count; first += VM_PANEL, packed += VM_PANEL * head_size) {
        size_t here = count - first < VM_PANEL ? count - first : VM_PANEL;
        size_t key = 0;
        for (; key + 4 <= here; key += 4) {
            const float *from = keys + (first + key) * stride;
            size_t k = 0;
            for (; k + 4 <= head_size; k += 4) {
                Quad a, b, c, d;
                memcpy(&a, from + k, 16);
                memcpy(&b, from + stride + k, 16);
                memcpy(&c, from + 2 * stride + k, 16);
                memcpy(&d, from + 3 * stride + k, 16);
                Quad ab = __builtin_shufflevector(a, b, 0, 4, 1, 5), AB = __builtin_shufflevector(a, b, 2, 6, 3, 7);
                Quad cd = __builtin_shufflevector(c, d, 0, 4, 1, 5), CD = __builtin_shufflevector(c, d, 2, 6, 3, 7);
                Quad columns[4] = {
                    __builtin_shufflevector(ab, cd, 0, 1, 4, 5), __builtin_shufflevector(ab, cd, 2, 3, 6, 7),
                    __builtin_shufflevector(AB, CD, 0, 1, 4, 5), __builtin_shufflevector(AB, CD, 2, 3, 6, 7)};
                for (int column = 0; column < 4; column++)
                    memcpy(packed + (k + column) * VM_PANEL + key, &columns[column], 16);
            }
            for (; k < head_size; k++)
                for (size_t row = 0; row < 4; row++) packed[k * VM_PANEL + key + row] = from[row * stride + k];
        }
        for (; key < VM_PANEL; key++)
            for (size_t k = 0; k < head_size; k++)
                packed[k * VM_PANEL + key] = key < here ? keys[(first + key) * stride + k] : 0.0f;
    }
}

/// Values as the "weights" of a product: panels of VM_PANEL of a head's dimensions, each [keys][VM_PANEL].
VM_INLINE void pack_values(float *packed, const float *values, size_t stride, size_t count, size_t head_size) {
    for (size_t first = 0; first < head_size; first += VM_PANEL) {
        size_t here = head_size - first < VM_PANEL ? head_size - first : VM_PANEL;
        for (size_t key = 0; key < count; key++, packed += VM_PANEL) {
            const float *from = values + key * stride + first;
            if (here == VM_PANEL) {
                store(packed, load(from));
                store(packed + VM_LANES, load(from + VM_LANES));
            } else {
                for (size_t column = 0; column < VM_PANEL; column++) packed[column] = column < here ? from[column] : 0.0f;
            }
        }
    }
}

/// Turns a row of scores into exponentials relative to the largest score so far, and corrects what was gathered before.
VM_INLINE void soften(float *scores, size_t count, float scale, float *top, float *sum, float *output, size_t head_size) {
    Floats tops = all(-__builtin_inff());
    size_t whole = count / VM_LANES * VM_LANES;
    for (size_t key = 0; key < whole; key += VM_LANES) tops = larger(tops, load(scores + key));
    float highest = largest_of(tops);
    for (size_t key = whole; key < count; key++) highest = scores[key] > highest ? scores[key] : highest;
    if (!(highest > -__builtin_inff())) {
        // A local window that lies outside this tile: nothing is added.
        memset(scores, 0, count * sizeof(float));
        return;
    }
    if (highest > *top) {
        float factor = *top > -__builtin_inff() ? __builtin_expf((*top - highest) * scale) : 0.0f;
        *sum *= factor;
        if (factor > 0)
            for (size_t column = 0; column < head_size; column++) output[column] *= factor;
        *top = highest;
    }
    Floats sums = {0};
    for (size_t key = 0; key < whole; key += VM_LANES) {
        Floats x = exponential((load(scores + key) - *top) * scale);
        store(scores + key, x);
        sums += x;
    }
    *sum += sum_of(sums);
    if (whole < count) {
        size_t rest = count - whole;
        Floats x = exponential((load_part(scores + whole, rest) - *top) * scale);
        store_part(scores + whole, x, rest);
        for (size_t lane = 0; lane < rest; lane++) *sum += x[lane];
    }
}

/// Scores outside the local window become minus infinity; `soften` makes e^-87 of them, which is nothing.
VM_INLINE void mask_outside(float *scores, size_t first_key, size_t count, size_t query, size_t window) {
    for (size_t key = 0; key < count; key++) {
        size_t distance = first_key + key > query ? first_key + key - query : query - first_key - key;
        if (distance > window) scores[key] = -__builtin_inff();
    }
}

static void VM_NAME(attention)(const VMAttention *head, float *output, size_t output_stride, float *scratch) {
    static const float zeros[VM_PANEL];
    size_t size = head->head_size, count = head->key_count;
    float *keys = scratch;
    float *values = keys + VM_NAME(padded)(count) * size;
    float *scores = values + count * VM_NAME(padded)(size);
    float *tops = scores + VM_QUERY_BLOCK * VM_KEY_TILE, *sums = tops + VM_QUERY_BLOCK;
    size_t queries = head->end_query - head->first_query;
    size_t first_key = 0, end_key = count;
    if (head->window < count) {
        first_key = head->first_query > head->window ? head->first_query - head->window : 0;
        end_key = head->end_query + head->window < count ? head->end_query + head->window : count;
        first_key = first_key / VM_PANEL * VM_PANEL;
    }
    const float *base = head->queries;
    pack_keys(keys, head->keys + first_key * head->stride, head->stride, end_key - first_key, size);
    pack_values(values, head->values + first_key * head->stride, head->stride, end_key - first_key, size);
    size_t blocks = (queries + VM_QUERY_BLOCK - 1) / VM_QUERY_BLOCK;
    for (size_t block = 0; block < blocks; block++) {
        size_t from = head->first_query + queries * block / blocks, to = head->first_query + queries * (block + 1) / blocks;
        size_t near = first_key, far = end_key;
        if (head->window < count) {
            if (from > head->window && from - head->window > near) near = (from - head->window) / VM_PANEL * VM_PANEL;
            if (to + head->window < far) far = to + head->window;
        }
        for (size_t row = 0; row < to - from; row++) {
            tops[row] = -__builtin_inff();
            sums[row] = 0;
        }
        for (size_t tile = near; tile < far; tile += VM_KEY_TILE) {
            size_t here = far - tile < VM_KEY_TILE ? far - tile : VM_KEY_TILE;
            size_t tiles = (to - from + VM_TILE_ROWS - 1) / VM_TILE_ROWS;
            for (size_t key = 0; key < here; key += VM_PANEL) {
                const float *panel = keys + (tile - first_key + key) * size;
                for (size_t part = 0; part < tiles; part++) {
                    size_t row = (to - from) * part / tiles, end = (to - from) * (part + 1) / tiles;
                    VM_NAME(product_rows)(base + (from + row) * head->stride, head->stride, panel, panel, VM_PANEL, size, zeros,
                                          scores + row * VM_KEY_TILE + key, VM_KEY_TILE, VM_PANEL, end - row);
                }
            }
            for (size_t row = 0; row < to - from; row++) {
                float *line = scores + row * VM_KEY_TILE;
                if (head->window < count) mask_outside(line, tile, here, from + row, head->window);
                soften(line, here, head->scale, tops + row, sums + row, output + (from + row) * output_stride, size);
            }
            for (size_t column = 0; column < size; column += VM_PANEL) {
                size_t columns = size - column < VM_PANEL ? size - column : VM_PANEL;
                const float *panel = values + column * (end_key - first_key) + (tile - first_key) * VM_PANEL;
                for (size_t part = 0; part < tiles; part++) {
                    size_t row = (to - from) * part / tiles, end = (to - from) * (part + 1) / tiles;
                    VM_NAME(product_rows)(scores + row * VM_KEY_TILE, VM_KEY_TILE, panel, panel, VM_PANEL, here,
                                          tile == near ? zeros : NULL, output + (from + row) * output_stride + column,
                                          output_stride, columns, end - row);
                }
            }
        }
        for (size_t row = 0; row < to - from; row++) {
            float share = 1.0f / sums[row];
            for (size_t column = 0; column < size; column++) output[(from + row) * output_stride + column] *= share;
        }
    }
}
