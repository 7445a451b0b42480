// The loops, written once in clang's vector types and included by one file for each instruction set, which sets
// VM_BYTES (the vector's width) and VM_NAME(f) (the name of its copy) first.

#include <string.h>

#include "loop_table.h"

#define VM_LANES (VM_BYTES / 4)
#define VM_INLINE static inline __attribute__((always_inline))

typedef float Floats __attribute__((vector_size(VM_BYTES)));
typedef int32_t Ints __attribute__((vector_size(VM_BYTES)));

#pragma clang fp contract(fast)
// Every function that takes a vector is inlined, so no call has to agree on how one is passed.
#pragma clang diagnostic ignored "-Wpsabi"

VM_INLINE Floats load(const float *from) {
    Floats value;
    memcpy(&value, from, sizeof value);
    return value;
}

VM_INLINE void store(float *to, Floats value) { memcpy(to, &value, sizeof value); }

// The last lanes of a row; the others read as 0.
VM_INLINE Floats load_part(const float *from, size_t lanes) {
    Floats value = {0};
    memcpy(&value, from, lanes * sizeof(float));
    return value;
}

VM_INLINE void store_part(float *to, Floats value, size_t lanes) { memcpy(to, &value, lanes * sizeof(float)); }

VM_INLINE Floats all(float value) { return (Floats){0} + value; }

VM_INLINE Floats choose(Ints condition, Floats yes, Floats no) {
    return (Floats)((condition & (Ints)yes) | (~condition & (Ints)no));
}

VM_INLINE Floats larger(Floats a, Floats b) { return choose(a > b, a, b); }
VM_INLINE Floats smaller(Floats a, Floats b) { return choose(a < b, a, b); }
VM_INLINE Floats magnitude(Floats a) { return (Floats)((Ints)a & 0x7fffffff); }

VM_INLINE float sum_of(Floats value) {
    float sum = 0;
    for (int lane = 0; lane < VM_LANES; lane++) sum += value[lane];
    return sum;
}

VM_INLINE float largest_of(Floats value) {
    float largest = value[0];
    for (int lane = 1; lane < VM_LANES; lane++) largest = value[lane] > largest ? value[lane] : largest;
    return largest;
}

// e^x by 2^n * e^r with |r| <= ln 2 / 2 and a polynomial of degree 6: relative error under 2e-7.
VM_INLINE Floats exponential(Floats x) {
    x = smaller(larger(x, all(-87.0f)), all(88.0f));
    const Floats shift = all(12582912.0f);  // 1.5 * 2^23: adding it rounds to an integer
    Floats shifted = x * 1.44269504088896341f + shift;
    Floats n = shifted - shift;
    Floats r = x - n * 0.693359375f;
    r = r + n * 2.12194440e-4f;
    Floats p = all(1.9875691500e-4f);
    p = p * r + 1.3981999507e-3f;
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    p = p * r + 5.0000001201e-1f;
    p = p * r * r + r + 1.0f;
    Ints exponent = ((Ints)shifted - (Ints)shift + 127) << 23;
    return p * (Floats)exponent;
}

VM_INLINE Floats sigmoid(Floats x) { return 1.0f / (1.0f + exponential(-x)); }

VM_INLINE Floats hyperbolic_tangent(Floats x) {
    // Near 0 the quotient loses the small digits; the series does not.
    Floats square = x * x;
    Floats series = x * (1.0f + square * (-0.333333333f + square * (0.133333333f + square * -0.053968254f)));
    Floats decayed = exponential(magnitude(x) * -2.0f);
    Floats quotient = (1.0f - decayed) / (1.0f + decayed);
    quotient = choose(x < 0.0f, -quotient, quotient);
    return choose(magnitude(x) < 0.1f, series, quotient);
}

// 1 + erf(x / sqrt 2), Abramowitz and Stegun 7.1.26: absolute error under 5e-7.
VM_INLINE Floats twice_normal_cdf(Floats x) {
    Floats z = magnitude(x) * 0.70710678118654752f;
    Floats t = 1.0f / (1.0f + 0.3275911f * z);
    Floats p = all(1.061405429f);
    p = p * t - 1.453152027f;
    p = p * t + 1.421413741f;
    p = p * t - 0.284496736f;
    p = p * t + 0.254829592f;
    Floats tail = p * t * exponential(-z * z);
    return choose(x < 0.0f, tail, 2.0f - tail);
}

VM_INLINE Floats activate(Floats x, VMActivation activation) {
    switch (activation) {
        case VM_GELU: return 0.5f * x * twice_normal_cdf(x);
        case VM_GELU_TANH:
            return 0.5f * x * (1.0f + hyperbolic_tangent(0.7978845608028654f * (x + 0.044715f * x * x * x)));
        case VM_GELU_QUICK: return x * sigmoid(1.702f * x);
        case VM_RELU: return larger(x, all(0.0f));
        case VM_SILU: return x * sigmoid(x);
        case VM_TANH: return hyperbolic_tangent(x);
    }
    return x;
}

VM_INLINE void activate_rows(float *values, const float *bias, size_t rows, size_t columns, VMActivation activation) {
    for (size_t row = 0; row < rows; row++, values += columns) {
        size_t column = 0;
        for (; column + VM_LANES <= columns; column += VM_LANES)
            store(values + column, activate(load(values + column) + load(bias + column), activation));
        if (column < columns) {
            size_t rest = columns - column;
            Floats sum = load_part(values + column, rest) + load_part(bias + column, rest);
            store_part(values + column, activate(sum, activation), rest);
        }
    }
}

static void VM_NAME(bias_activation)(float *values, const float *bias, size_t rows, size_t columns,
                                     VMActivation activation) {
    // One loop for each function, so that the choice is not made again for every vector.
    switch (activation) {
        case VM_GELU: activate_rows(values, bias, rows, columns, VM_GELU); break;
        case VM_GELU_TANH: activate_rows(values, bias, rows, columns, VM_GELU_TANH); break;
        case VM_GELU_QUICK: activate_rows(values, bias, rows, columns, VM_GELU_QUICK); break;
        case VM_RELU: activate_rows(values, bias, rows, columns, VM_RELU); break;
        case VM_SILU: activate_rows(values, bias, rows, columns, VM_SILU); break;
        case VM_TANH: activate_rows(values, bias, rows, columns, VM_TANH); break;
    }
}

VM_INLINE void gate_rows(float *values, size_t rows, size_t columns, VMActivation activation) {
    // A row is written at or before the place it is read from, and the one after it is not reached.
    float *target = values;
    for (size_t row = 0; row < rows; row++, values += 2 * columns, target += columns) {
        size_t column = 0;
        for (; column + VM_LANES <= columns; column += VM_LANES)
            store(target + column, activate(load(values + column), activation) * load(values + columns + column));
        if (column < columns) {
            size_t rest = columns - column;
            Floats gate = load_part(values + columns + column, rest);
            store_part(target + column, activate(load_part(values + column, rest), activation) * gate, rest);
        }
    }
}

static void VM_NAME(gate)(float *values, size_t rows, size_t columns, VMActivation activation) {
    switch (activation) {
        case VM_GELU: gate_rows(values, rows, columns, VM_GELU); break;
        case VM_GELU_TANH: gate_rows(values, rows, columns, VM_GELU_TANH); break;
        case VM_GELU_QUICK: gate_rows(values, rows, columns, VM_GELU_QUICK); break;
        case VM_RELU: gate_rows(values, rows, columns, VM_RELU); break;
        case VM_SILU: gate_rows(values, rows, columns, VM_SILU); break;
        case VM_TANH: gate_rows(values, rows, columns, VM_TANH); break;
    }
}

static void VM_NAME(rotate)(float *values, const float *cosines, const float *sines, size_t heads, size_t size) {
    size_t half = size / 2;
    for (size_t head = 0; head < heads; head++, values += size)
        for (size_t index = 0; index < half; index++) {
            float x = values[index];
            float y = values[half + index];
            values[index] = x * cosines[index] - y * sines[index];
            values[half + index] = y * cosines[index] + x * sines[index];
        }
}

static void VM_NAME(add_relative)(float *scores, size_t stride, size_t rows, size_t columns, const int32_t *places,
                                  const float *by_query, size_t query_width, int32_t first_by_query,
                                  const float *by_key, int32_t first_by_key) {
    for (size_t row = 0; row < rows; row++, scores += stride) {
        const int32_t *place = places - row;
        if (by_query) {
            const float *of_row = by_query + row * query_width;
            for (size_t column = 0; column < columns; column++) scores[column] += of_row[place[column] - first_by_query];
        }
        if (by_key)
            for (size_t column = 0; column < columns; column++)
                scores[column] += by_key[(size_t)(place[column] - first_by_key) * columns + column];
    }
}

static void VM_NAME(add_bias)(float *values, const float *bias, size_t rows, size_t columns) {
    for (size_t row = 0; row < rows; row++, values += columns)
        for (size_t column = 0; column < columns; column++) values[column] += bias[column];
}

static void VM_NAME(add)(float *target, const float *source, size_t count) {
    for (size_t index = 0; index < count; index++) target[index] += source[index];
}

static void VM_NAME(residual_layer_norm)(float *hidden, const float *update, const float *bias, const float *weight,
                                         const float *shift, float epsilon, size_t rows, size_t columns) {
    size_t whole = columns / VM_LANES * VM_LANES;
    size_t rest = columns - whole;
    for (size_t row = 0; row < rows; row++, hidden += columns) {
        const float *change = update ? update + row * columns : NULL;
        Floats sums = {0};
        for (size_t column = 0; column < whole; column += VM_LANES) {
            Floats x = load(hidden + column);
            if (change) x += load(change + column);
            if (bias) x += load(bias + column);
            store(hidden + column, x);
            sums += x;
        }
        if (rest) {
            Floats x = load_part(hidden + whole, rest);
            if (change) x += load_part(change + whole, rest);
            if (bias) x += load_part(bias + whole, rest);
            store_part(hidden + whole, x, rest);
            sums += x;
        }
        float mean = sum_of(sums) / (float)columns;
        Floats squares = {0};
        for (size_t column = 0; column < whole; column += VM_LANES) {
            Floats x = load(hidden + column) - mean;
            squares += x * x;
        }
        float square = sum_of(squares);
        for (size_t column = whole; column < columns; column++) {
            float x = hidden[column] - mean;
            square += x * x;
        }
        float scale = 1.0f / __builtin_sqrtf(square / (float)columns + epsilon);
        for (size_t column = 0; column < whole; column += VM_LANES)
            store(hidden + column, (load(hidden + column) - mean) * scale * load(weight + column) + load(shift + column));
        for (size_t column = whole; column < columns; column++)
            hidden[column] = (hidden[column] - mean) * scale * weight[column] + shift[column];
    }
}

static void VM_NAME(softmax)(float *scores, size_t rows, size_t columns, size_t stride, float scale) {
    size_t whole = columns / VM_LANES * VM_LANES;
    size_t rest = columns - whole;
    for (size_t row = 0; row < rows; row++, scores += stride) {
        Floats tops = all(-__builtin_inff());
        for (size_t column = 0; column < whole; column += VM_LANES) tops = larger(tops, load(scores + column));
        float top = largest_of(tops);
        for (size_t column = whole; column < columns; column++) top = scores[column] > top ? scores[column] : top;
        Floats sums = {0};
        for (size_t column = 0; column < whole; column += VM_LANES) {
            Floats x = exponential((load(scores + column) - top) * scale);
            store(scores + column, x);
            sums += x;
        }
        float sum = sum_of(sums);
        if (rest) {
            Floats x = exponential((load_part(scores + whole, rest) - top) * scale);
            store_part(scores + whole, x, rest);
            for (size_t lane = 0; lane < rest; lane++) sum += x[lane];
        }
        float share = 1.0f / sum;
        for (size_t column = 0; column < columns; column++) scores[column] *= share;
    }
}

static void VM_NAME(from_float16)(float *target, const uint16_t *source, size_t count) {
    // Shift the exponent's bias by a multiplication, which gets subnormals right; infinities and NaN have all its bits set.
    for (size_t index = 0; index < count; index++) {
        uint32_t half = source[index];
        uint32_t bits = (half & 0x7fff) << 13;
        float scaled;
        memcpy(&scaled, &bits, 4);
        scaled *= 5.192296858534828e+33f;  // 2^112
        memcpy(&bits, &scaled, 4);
        bits |= (half & 0x7c00) == 0x7c00 ? 0x7f800000 : 0;
        bits |= (half & 0x8000) << 16;
        memcpy(target + index, &bits, 4);
    }
}

static void VM_NAME(from_bfloat16)(float *target, const uint16_t *source, size_t count) {
    for (size_t index = 0; index < count; index++) {
        uint32_t bits = (uint32_t)source[index] << 16;
        memcpy(target + index, &bits, 4);
    }
}

static int VM_NAME(all_finite)(const float *values, size_t count) {
    int found = 0;
    for (size_t index = 0; index < count; index++) {
        uint32_t bits;
        memcpy(&bits, values + index, 4);
        found |= (bits & 0x7f800000) == 0x7f800000;
    }
    return !found;
}

const struct LoopTable VM_NAME(loops) = {
    .add_bias = VM_NAME(add_bias),
    .bias_activation = VM_NAME(bias_activation),
    .residual_layer_norm = VM_NAME(residual_layer_norm),
    .softmax = VM_NAME(softmax),
    .gate = VM_NAME(gate),
    .rotate = VM_NAME(rotate),
    .add_relative = VM_NAME(add_relative),
    .add = VM_NAME(add),
    .from_float16 = VM_NAME(from_float16),
    .from_bfloat16 = VM_NAME(from_bfloat16),
    .all_finite = VM_NAME(all_finite),
};
