#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "checks.h"

/// Rows of a product: one more than the largest tile.
#define ROWS 13

/// A product's case.
struct Case {
    size_t inputs, outputs;
    float *weight, *input, *bias, *output;
    double *expected, *magnitudes;
    void *memory;
};

static int make_case(struct Case *it, size_t inputs, size_t outputs) {
    size_t floats = inputs * outputs + ROWS * inputs + outputs + ROWS * outputs;
    it->inputs = inputs;
    it->outputs = outputs;
    it->memory = malloc(2 * ROWS * outputs * sizeof(double) + floats * sizeof(float));
    if (!it->memory) return 0;
    it->expected = it->memory;
    it->magnitudes = it->expected + ROWS * outputs;
    it->weight = (float *)(it->magnitudes + ROWS * outputs);
    it->input = it->weight + inputs * outputs;
    it->bias = it->input + ROWS * inputs;
    it->output = it->bias + outputs;
    vm_fill(it->weight, inputs * outputs, 1, 1);
    vm_fill(it->input, ROWS * inputs, 2, 1);
    vm_fill(it->bias, outputs, 3, 100);
    return 1;
}

/// The sums in double precision, and those of the terms' magnitudes.
static void multiply(struct Case *it) {
    for (size_t row = 0; row < ROWS; row++)
        for (size_t output = 0; output < it->outputs; output++) {
            double sum = it->bias[output], magnitude = fabs(sum);
            for (size_t k = 0; k < it->inputs; k++) {
                double term = (double)it->input[row * it->inputs + k] * (double)it->weight[output * it->inputs + k];
                sum += term;
                magnitude += fabs(term);
            }
            it->expected[row * it->outputs + output] = sum;
            it->magnitudes[row * it->outputs + output] = magnitude;
        }
}

/// What runs a product of a case; `packed` is the kernel's own memory.
typedef void (*Run)(const VMKernels *, const struct Case *, const void *packed, size_t first_row, size_t rows);

/// Every number of rows a tile may have, each from another row, then all rows at once.
static double largest_share(const VMKernels *kernels, struct Case *it, const void *packed, Run run, double allowed) {
    double largest = 0;
    for (size_t rows = 1; rows <= ROWS; rows++) {
        size_t first = ROWS - rows, place = first * it->outputs, count = rows * it->outputs;
        for (size_t index = 0; index < count; index++) it->output[place + index] = NAN;
        run(kernels, it, packed, first, rows);
        double share = vm_share_of(it->output + place, it->expected + place, it->magnitudes + place, count, allowed);
        if (!(share <= largest)) largest = share;
        if (isnan(share)) return share;
    }
    return largest;
}

static void run_floats(const VMKernels *kernels, const struct Case *it, const void *packed, size_t first, size_t rows) {
    VMLinear layer = {packed, it->bias, it->inputs, it->outputs, 0, it->outputs, VM_IDENTITY};
    kernels->linear(&layer, it->input + first * it->inputs, rows, it->output + first * it->outputs);
}

/// Small and ragged, and deeper than a block with one output more than two panels of 512 bits.
static const size_t shapes[2][2] = {{21, 37}, {389, 33}};

/// The panels' memory starts as a vector does.
static void *aligned(size_t bytes) { return aligned_alloc(64, (bytes + 63) / 64 * 64 + 64); }

double vm_check_linear(const VMKernels *kernels) {
    double largest = 0;
    for (int shape = 0; shape < 2 && largest <= 1; shape++) {
        struct Case it;
        if (!make_case(&it, shapes[shape][0], shapes[shape][1])) return NAN;
        float *packed = aligned(kernels->packed_count(it.outputs, it.inputs) * sizeof(float));
        double share = NAN;
        if (packed) {
            multiply(&it);
            kernels->pack(packed, it.weight, it.outputs, it.inputs);
            share = largest_share(kernels, &it, packed, run_floats, 1e-6);
        }
        free(packed);
        free(it.memory);
        if (!(share <= largest)) largest = share;
    }
    return largest;
}

/// 8-bit weights as a kernel has laid them out.
struct Quantized {
    int8_t *levels;
    float *scales;
    int32_t *starts;
    float *scratch;
    void *memory;
};

static void run_bytes(const VMKernels *kernels, const struct Case *it, const void *packed, size_t first, size_t rows) {
    const struct Quantized *weights = packed;
    VMQuantizedLinear layer = {weights->levels, weights->scales, weights->starts, it->bias, it->inputs, it->outputs, 0,
        it->outputs, VM_IDENTITY};
    kernels->quantized_linear(
        &layer, it->input + first * it->inputs, rows, it->output + first * it->outputs, weights->scratch);
}

/// Inputs that share a scale, in every set.
#define GROUP 64

/// Makes the case's weights those that a kernel has rounded, read from where it has laid them out, and says by how much
/// of a level they moved at most.
static double unpack(struct Case *it, const struct Quantized *weights, VMQuantizedForm form) {
    size_t stride = (it->inputs + 7) / 8 * 8, groups = (it->inputs + GROUP - 1) / GROUP;
    double moved = 0;
    for (size_t output = 0; output < it->outputs; output++) {
        size_t panel = output / form.panel, column = output % form.panel;
        for (size_t k = 0; k < it->inputs; k++) {
            float scale = weights->scales[panel * form.panel * groups + k / GROUP * form.panel + column];
            int8_t level = weights->levels[panel * form.panel * stride + k / 4 * form.panel * 4 + column * 4 + k % 4];
            float *weight = it->weight + output * it->inputs + k;
            double distance = fabs((double)*weight - (double)level * scale);
            if (scale > 0 && !(distance / scale <= moved)) moved = distance / scale;
            *weight = (float)level * scale;
        }
    }
    return moved;
}

/// Makes the case's inputs numbers that 8 bits hold exactly: a largest one of 127 in each group, whole numbers beside
/// it.
static void make_whole(struct Case *it) {
    for (size_t row = 0; row < ROWS; row++)
        for (size_t k = 0; k < it->inputs; k++) {
            float *value = it->input + row * it->inputs + k;
            size_t in_group = k % GROUP;
            *value = in_group == row % 5 ? 127.0f : (float)((int)(row * 131 + k * 29) % 255 - 127);
        }
}

double vm_check_quantized_linear(const VMKernels *kernels) {
    double largest = 0;
    for (int shape = 0; shape < 2 && largest <= 1; shape++) {
        struct Case it;
        // Every row has its 127 in each group: the last group has at least five inputs.
        if (!make_case(&it, shapes[shape][0], shapes[shape][1])) return NAN;
        size_t levels = kernels->quantized_count(it.outputs, it.inputs);
        size_t scales = kernels->quantized_scale_count(it.outputs, it.inputs);
        struct Quantized weights = {
            .levels = aligned(levels + 2 * scales * 4 + kernels->quantized_scratch(it.inputs) * 4)};
        double share = NAN;
        if (weights.levels) {
            weights.scales = (float *)(weights.levels + levels);
            weights.starts = (int32_t *)(weights.scales + scales);
            weights.scratch = (float *)(weights.starts + scales);
            kernels->quantize_weights(weights.levels, weights.scales, weights.starts, it.weight, it.outputs, it.inputs);
            double moved = unpack(&it, &weights, kernels->quantized_form());
            make_whole(&it);
            multiply(&it);
            share = moved <= 0.502 ? largest_share(kernels, &it, &weights, run_bytes, 1e-6) : INFINITY;
        }
        free(weights.levels);
        free(it.memory);
        if (!(share <= largest)) largest = share;
    }
    return largest;
}

static float rounded(float value) {
    uint32_t bits;
    memcpy(&bits, &value, 4);
    bits = (bits + 0x7fff + ((bits >> 16) & 1)) & 0xffff0000;
    memcpy(&value, &bits, 4);
    return value;
}

static void round_all(float *values, size_t count) {
    for (size_t index = 0; index < count; index++) values[index] = rounded(values[index]);
}

/// Packed weights and scratch memory.
struct Brain {
    uint16_t *packed;
    float *scratch;
};

static void run_bfloat16(
    const VMKernels *kernels, const struct Case *it, const void *packed, size_t first, size_t rows) {
    const struct Brain *weights = packed;
    VMBFloat16Linear layer = {weights->packed, it->bias, it->inputs, it->outputs, 0, it->outputs, VM_IDENTITY};
    kernels->bfloat16_linear(
        &layer, it->input + first * it->inputs, rows, it->output + first * it->outputs, weights->scratch);
}

double vm_check_bfloat16_linear(const VMKernels *kernels) {
    // Deeper than a block, which has twice as many inputs as one of floats.
    static const size_t brain_shapes[2][2] = {{21, 37}, {771, 33}};
    double largest = 0;
    for (int shape = 0; shape < 2 && largest <= 1; shape++) {
        struct Case it;
        if (!make_case(&it, brain_shapes[shape][0], brain_shapes[shape][1])) return NAN;
        size_t count = kernels->bfloat16_count(it.outputs, it.inputs);
        struct Brain weights = {aligned(count * 2 + kernels->bfloat16_scratch(it.inputs) * 4 + 64), NULL};
        double share = NAN;
        if (weights.packed) {
            weights.scratch = (float *)(weights.packed + (count + 31) / 32 * 32);
            kernels->bfloat16_pack(weights.packed, it.weight, it.outputs, it.inputs);
            round_all(it.weight, it.inputs * it.outputs);
            // The kernel is given the inputs as they are, and rounds them itself.
            float *exact = malloc(ROWS * it.inputs * sizeof(float));
            if (exact) {
                memcpy(exact, it.input, ROWS * it.inputs * sizeof(float));
                round_all(it.input, ROWS * it.inputs);
                multiply(&it);
                memcpy(it.input, exact, ROWS * it.inputs * sizeof(float));
                share = largest_share(kernels, &it, &weights, run_bfloat16, 2e-6);
            }
            free(exact);
        }
        free(weights.packed);
        free(it.memory);
        if (!(share <= largest)) largest = share;
    }
    return largest;
}

/// An attention case: tokens, head size, the first query, and how far a token sees.
struct Scene {
    size_t tokens, size, first_query, window;
};

/// One tile with every key, a local window, and several tiles.
static const struct Scene scenes[] = {
    {37, 11, 0, SIZE_MAX}, {70, 9, 3, 6}, {521, 5, 518, SIZE_MAX}, {521, 4, 517, 200}};

/// Σ softmax(scale q·k) v over the keys that a query sees.
static void attend(const VMAttention *head, size_t query, double *output) {
    size_t first = head->window < query ? query - head->window : 0;
    size_t end = head->key_count - query > head->window ? query + head->window + 1 : head->key_count;
    double sum = 0, top = -INFINITY;
    for (int pass = 0; pass < 2; pass++) {
        if (pass) memset(output, 0, head->head_size * sizeof(double));
        for (size_t key = first; key < end; key++) {
            double score = 0;
            for (size_t k = 0; k < head->head_size; k++)
                score += (double)head->queries[query * head->stride + k] * (double)head->keys[key * head->stride + k];
            score *= head->scale;
            if (!pass) {
                top = score > top ? score : top;
                continue;
            }
            double share = exp(score - top);
            sum += share;
            for (size_t k = 0; k < head->head_size; k++)
                output[k] += share * (double)head->values[key * head->stride + k];
        }
    }
    for (size_t k = 0; k < head->head_size; k++) output[k] /= sum;
}

static double check_attention(void (*attention)(const VMAttention *, float *, size_t, float *),
    size_t (*scratch)(size_t, size_t), int rounds_inputs, double allowed) {
    double largest = 0;
    for (size_t index = 0; index < sizeof scenes / sizeof *scenes && largest <= 1; index++) {
        struct Scene scene = scenes[index];
        size_t numbers = scene.tokens * 3 * scene.size, queries = scene.tokens - scene.first_query;
        float *tokens = malloc((numbers + scene.tokens * scene.size) * sizeof(float));
        float *memory = aligned(scratch(scene.tokens, scene.size) * sizeof(float));
        double *expected = malloc(queries * scene.size * sizeof(double));
        double share = NAN;
        if (tokens && memory && expected) {
            float *output = tokens + numbers;
            vm_fill(tokens, numbers, 7, 0.3f);
            if (rounds_inputs) round_all(tokens, numbers);
            VMAttention head = {tokens, tokens + scene.size, tokens + 2 * scene.size, 3 * scene.size, scene.first_query,
                scene.tokens, scene.tokens, scene.size, scene.window, 0.25f};
            attention(&head, output, scene.size, memory);
            for (size_t query = 0; query < queries; query++)
                attend(&head, scene.first_query + query, expected + query * scene.size);
            share = vm_share(output + scene.first_query * scene.size, expected, queries * scene.size, allowed);
        }
        free(tokens);
        free(memory);
        free(expected);
        if (!(share <= largest)) largest = share;
    }
    return largest;
}

double vm_check_attention(const VMKernels *kernels) {
    return check_attention(kernels->attention, kernels->attention_scratch, 0, 1e-4);
}

double vm_check_bfloat16_attention(const VMKernels *kernels) {
    // The inputs are bfloat16 already; the shares are rounded by half of 2^-8 at most, of values up to 16.
    return check_attention(kernels->bfloat16_attention, kernels->bfloat16_attention_scratch, 1, 4e-2);
}

/// Numbers of scratch memory for the two products below.
static double check_matrices(
    void (*product)(const VMScores *, float *, float *), size_t (*scratch)(size_t, size_t), int is_mixture) {
    enum { columns = 37, depth = 19 };
    float left[ROWS * depth], right[columns * depth], output[ROWS * columns];
    double expected[ROWS * columns], magnitudes[ROWS * columns];
    vm_fill(left, ROWS * depth, 4, 1);
    vm_fill(right, columns * depth, 5, 1);
    float *memory = aligned(scratch(columns, depth) * sizeof(float));
    if (!memory) return NAN;
    for (size_t row = 0; row < ROWS; row++)
        for (size_t column = 0; column < columns; column++) {
            double sum = 0, magnitude = 0;
            for (size_t k = 0; k < depth; k++) {
                double term = (double)left[row * depth + k]
                              * (double)right[is_mixture ? k * columns + column : column * depth + k];
                sum += term;
                magnitude += fabs(term);
            }
            expected[row * columns + column] = sum;
            magnitudes[row * columns + column] = magnitude;
        }
    VMScores call = {left, depth, right, is_mixture ? columns : depth, ROWS, columns, depth, columns};
    product(&call, output, memory);
    free(memory);
    return vm_share_of(output, expected, magnitudes, ROWS * columns, 1e-6);
}

double vm_check_scores(const VMKernels *kernels) { return check_matrices(kernels->scores, kernels->scores_scratch, 0); }
double vm_check_mixtures(const VMKernels *kernels) {
    return check_matrices(kernels->mixtures, kernels->mixtures_scratch, 1);
}
