// Scaled dot-product attention of one head without a tokens × tokens matrix: scores exist for VM_QUERY_BLOCK queries by
// VM_KEY_TILE keys at a time, and softmax goes on from tile to tile (Milakov and Gimelshein 2018; Dao and others 2022).

/// Queries of a block: 24 rows of scores against a tile are 24 KiB, which stay in the first-level cache from the
/// product with the keys to the one with the values.
#define VM_QUERY_BLOCK 24

/// Keys of a tile. A sequence of up to 256 tokens is one tile, and softmax never has to be corrected.
#define VM_KEY_TILE 256

/// Whole panels.
VM_INLINE size_t padded(size_t count) { return (count + VM_PANEL - 1) / VM_PANEL * VM_PANEL; }

VM_KERNEL size_t VM_NAME(attention_scratch)(size_t keys, size_t head_size) {
    return padded(keys) * head_size + keys * padded(head_size) + VM_QUERY_BLOCK * (VM_KEY_TILE + 2);
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
                Quad columns[4] = {__builtin_shufflevector(ab, cd, 0, 1, 4, 5),
                    __builtin_shufflevector(ab, cd, 2, 3, 6, 7), __builtin_shufflevector(AB, CD, 0, 1, 4, 5),
                    __builtin_shufflevector(AB, CD, 2, 3, 6, 7)};
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
                for (size_t column = 0; column < VM_PANEL; column++)
                    packed[column] = column < here ? from[column] : 0.0f;
            }
        }
    }
}

/// A row of scores that is turned into exponentials, tile by tile.
struct VM_NAME(SoftRow) {
    float top; // the largest score so far
    float sum; // of the exponentials so far, relative to it
};

/// Turns scores into exponentials relative to the largest so far, and corrects what was gathered before. Scores of
/// minus infinity, those outside of a local window, become 0 and change nothing: neither a bit of the sum nor of the
/// mixture.
VM_INLINE void soften(
    float *scores, size_t count, float scale, struct VM_NAME(SoftRow) * row, float *output, size_t head_size) {
    const float nothing = -__builtin_inff();
    Floats tops = all(nothing);
    size_t whole = count / VM_LANES * VM_LANES, rest = count - whole;
    for (size_t key = 0; key < whole; key += VM_LANES) tops = larger(tops, load(scores + key));
    float highest = largest_of(tops);
    for (size_t key = whole; key < count; key++) highest = scores[key] > highest ? scores[key] : highest;
    if (!(highest > nothing)) {
        memset(scores, 0, count * sizeof(float));
        return;
    }
    if (highest > row->top) {
        float factor = row->top > nothing ? __builtin_expf((row->top - highest) * scale) : 0.0f;
        row->sum *= factor;
        if (factor > 0)
            for (size_t column = 0; column < head_size; column++) output[column] *= factor;
        row->top = highest;
    }
    Floats sums = {0};
    for (size_t key = 0; key < count; key += VM_LANES) {
        Floats score;
        if (key < whole) {
            score = load(scores + key);
        } else {
            score = all(nothing);
            memcpy(&score, scores + key, rest * sizeof(float));
        }
        Floats x = choose(score > nothing, exponential((score - row->top) * scale), (Floats){0});
        if (key < whole)
            store(scores + key, x);
        else
            store_part(scores + key, x, rest);
        sums += x;
    }
    row->sum += sum_of(sums);
}

/// Scores outside the local window become minus infinity.
VM_INLINE void mask_outside(float *scores, size_t first_key, size_t count, size_t query, size_t window) {
    for (size_t key = 0; key < count; key++) {
        size_t distance = first_key + key > query ? first_key + key - query : query - first_key - key;
        if (distance > window) scores[key] = -__builtin_inff();
    }
}

/// Keys and values of the tokens from `first_key` on, packed, and what a block of queries is multiplied in.
struct VM_NAME(PackedHead) {
    const VMAttention *head;
    size_t first_key;
    size_t end_key;
    void *keys;
    void *values;
    void *rounded; // of a product of bfloat16: a block's queries, then its exponentials
};

/// Queries `from` to `to` of a head with the keys from `tile` on.
struct VM_NAME(ScoreBlock) {
    size_t from;
    size_t to;
    size_t tile;
    size_t keys;
    float *scores; // [queries, VM_KEY_TILE]
    float *output; // [queries, head_size]
    size_t output_stride;
    int is_first; // whether the output has nothing yet
};

/// The two products of attention, which differ by what is multiplied.
struct VM_NAME(AttentionProducts) {
    void (*score)(const struct VM_NAME(PackedHead) *, const struct VM_NAME(ScoreBlock) *);
    void (*mix)(const struct VM_NAME(PackedHead) *, const struct VM_NAME(ScoreBlock) *);
};

/// The first key that a head's queries from `query` on are multiplied with.
///
/// It must not depend on which queries a worker has, or a sum would be made in another order: tiles start at a multiple
/// of the panel's width where one holds every key that a block sees, else at a multiple of their own.
VM_INLINE size_t first_key_of(const VMAttention *head, size_t query) {
    size_t seen = 2 * head->window + VM_QUERY_BLOCK + VM_PANEL;
    size_t step = seen <= VM_KEY_TILE ? VM_PANEL : VM_KEY_TILE;
    return query > head->window ? (query - head->window) / step * step : 0;
}

VM_INLINE void attend(const struct VM_NAME(PackedHead) * packed, float *output, size_t output_stride, float *scores,
    const struct VM_NAME(AttentionProducts) * products) {
    const VMAttention *head = packed->head;
    int is_local = head->window < head->key_count;
    size_t queries = head->end_query - head->first_query, blocks = (queries + VM_QUERY_BLOCK - 1) / VM_QUERY_BLOCK;
    for (size_t index = 0; index < blocks; index++) {
        struct VM_NAME(SoftRow) rows[VM_QUERY_BLOCK];
        struct VM_NAME(ScoreBlock) block = {.from = head->first_query + queries * index / blocks,
            .to = head->first_query + queries * (index + 1) / blocks,
            .scores = scores,
            .is_first = 1};
        size_t near = packed->first_key, far = packed->end_key;
        if (is_local) {
            near = first_key_of(head, block.from);
            if (block.to + head->window < far) far = block.to + head->window;
        }
        block.output = output + block.from * output_stride;
        block.output_stride = output_stride;
        for (size_t row = 0; row < block.to - block.from; row++)
            rows[row] = (struct VM_NAME(SoftRow)){-__builtin_inff(), 0};
        for (size_t tile = near; tile < far; tile += VM_KEY_TILE, block.is_first = 0) {
            block.tile = tile;
            block.keys = far - tile < VM_KEY_TILE ? far - tile : VM_KEY_TILE;
            products->score(packed, &block);
            for (size_t row = 0; row < block.to - block.from; row++) {
                float *line = scores + row * VM_KEY_TILE;
                if (is_local) mask_outside(line, tile, block.keys, block.from + row, head->window);
                soften(line, block.keys, head->scale, rows + row, block.output + row * output_stride, head->head_size);
            }
            products->mix(packed, &block);
        }
        for (size_t row = 0; row < block.to - block.from; row++) {
            float share = 1.0f / rows[row].sum;
            for (size_t column = 0; column < head->head_size; column++)
                block.output[row * output_stride + column] *= share;
        }
    }
}

/// The keys that any of the head's queries sees.
VM_INLINE struct VM_NAME(PackedHead) seen_keys(const VMAttention *head) {
    struct VM_NAME(PackedHead) packed = {.head = head, .end_key = head->key_count};
    if (head->window < head->key_count) {
        packed.first_key = first_key_of(head, head->first_query);
        if (head->end_query + head->window < head->key_count) packed.end_key = head->end_query + head->window;
    }
    return packed;
}

VM_KERNEL void VM_NAME(score_floats)(
    const struct VM_NAME(PackedHead) * packed, const struct VM_NAME(ScoreBlock) * block) {
    static const float zeros[VM_PANEL];
    const VMAttention *head = packed->head;
    size_t rows = block->to - block->from, tiles = (rows + VM_TILE_ROWS - 1) / VM_TILE_ROWS;
    for (size_t key = 0; key < block->keys; key += VM_PANEL) {
        const float *panel = (const float *)packed->keys + (block->tile - packed->first_key + key) * head->head_size;
        for (size_t part = 0; part < tiles; part++) {
            size_t row = rows * part / tiles, end = rows * (part + 1) / tiles;
            VM_NAME(product_rows)(head->queries + (block->from + row) * head->stride, head->stride, panel, panel,
                VM_PANEL, head->head_size, zeros, block->scores + row * VM_KEY_TILE + key, VM_KEY_TILE, VM_PANEL,
                end - row);
        }
    }
}

VM_KERNEL void VM_NAME(mix_floats)(
    const struct VM_NAME(PackedHead) * packed, const struct VM_NAME(ScoreBlock) * block) {
    static const float zeros[VM_PANEL];
    size_t size = packed->head->head_size, count = packed->end_key - packed->first_key;
    size_t rows = block->to - block->from, tiles = (rows + VM_TILE_ROWS - 1) / VM_TILE_ROWS;
    for (size_t column = 0; column < size; column += VM_PANEL) {
        size_t columns = size - column < VM_PANEL ? size - column : VM_PANEL;
        const float *panel =
            (const float *)packed->values + column * count + (block->tile - packed->first_key) * VM_PANEL;
        for (size_t part = 0; part < tiles; part++) {
            size_t row = rows * part / tiles, end = rows * (part + 1) / tiles;
            VM_NAME(product_rows)(block->scores + row * VM_KEY_TILE, VM_KEY_TILE, panel, panel, VM_PANEL, block->keys,
                block->is_first ? zeros : NULL, block->output + row * block->output_stride + column,
                block->output_stride, columns, end - row);
        }
    }
}

VM_KERNEL void VM_NAME(attention)(const VMAttention *head, float *output, size_t output_stride, float *scratch) {
    static const struct VM_NAME(AttentionProducts) products = {VM_NAME(score_floats), VM_NAME(mix_floats)};
    struct VM_NAME(PackedHead) packed = seen_keys(head);
    size_t size = head->head_size, count = packed.end_key - packed.first_key;
    packed.keys = scratch;
    packed.values = scratch + padded(count) * size;
    float *scores = (float *)packed.values + count * padded(size);
    pack_keys(packed.keys, head->keys + packed.first_key * head->stride, head->stride, count, size);
    pack_values(packed.values, head->values + packed.first_key * head->stride, head->stride, count, size);
    attend(&packed, output, output_stride, scores, &products);
}

VM_KERNEL size_t VM_NAME(scores_scratch)(size_t columns, size_t depth) { return padded(columns) * depth; }

VM_KERNEL size_t VM_NAME(mixtures_scratch)(size_t columns, size_t depth) { return padded(columns) * depth; }

/// output = left times what has been packed in panels of its columns.
VM_INLINE void multiply_packed(const VMScores *product, float *output, const float *panels) {
    static const float zeros[VM_PANEL];
    size_t tiles = (product->rows + VM_TILE_ROWS - 1) / VM_TILE_ROWS;
    for (size_t column = 0; column < product->columns; column += VM_PANEL, panels += VM_PANEL * product->depth) {
        size_t columns = product->columns - column < VM_PANEL ? product->columns - column : VM_PANEL;
        for (size_t tile = 0; tile < tiles; tile++) {
            size_t row = product->rows * tile / tiles, end = product->rows * (tile + 1) / tiles;
            VM_NAME(product_rows)(product->left + row * product->left_stride, product->left_stride, panels, panels,
                VM_PANEL, product->depth, zeros, output + row * product->output_stride + column, product->output_stride,
                columns, end - row);
        }
    }
}

VM_KERNEL void VM_NAME(scores)(const VMScores *product, float *output, float *scratch) {
    pack_keys(scratch, product->right, product->right_stride, product->columns, product->depth);
    multiply_packed(product, output, scratch);
}

VM_KERNEL void VM_NAME(mixtures)(const VMScores *product, float *output, float *scratch) {
    pack_values(scratch, product->right, product->right_stride, product->depth, product->columns);
    multiply_packed(product, output, scratch);
}
