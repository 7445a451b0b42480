#include <math.h>
#include <string.h>

#include "checks.h"

/// Two rows of whole vectors of 512 bits and five numbers over.
#define ROWS 2
#define COLUMNS 37
#define COUNT (ROWS * COLUMNS)

/// The plain C that loops without a short formula are held against.
extern const VMInstructionSet vm_baseline;

static void widen(double *target, const float *source, size_t count) {
    for (size_t index = 0; index < count; index++) target[index] = source[index];
}

double vm_check_add_bias(const VMKernels *kernels) {
    float values[COUNT], bias[COLUMNS];
    double expected[COUNT];
    vm_fill(values, COUNT, 11, 10);
    vm_fill(bias, COLUMNS, 12, 10);
    for (size_t index = 0; index < COUNT; index++)
        expected[index] = (double)values[index] + (double)bias[index % COLUMNS];
    kernels->add_bias(values, bias, ROWS, COLUMNS);
    return vm_share(values, expected, COUNT, 1e-6);
}

static double activated(double x, VMActivation activation) {
    switch (activation) {
    case VM_IDENTITY:
        return x;
    case VM_GELU:
        return 0.5 * x * (1 + erf(x / sqrt(2)));
    case VM_GELU_TANH:
        return 0.5 * x * (1 + tanh(0.7978845608028654 * (x + 0.044715 * x * x * x)));
    case VM_GELU_QUICK:
        return x / (1 + exp(-1.702 * x));
    case VM_RELU:
        return x > 0 ? x : 0;
    case VM_SILU:
        return x / (1 + exp(-x));
    case VM_TANH:
        return tanh(x);
    }
    return x;
}

double vm_check_bias_activation(const VMKernels *kernels) {
    double largest = 0;
    for (VMActivation activation = VM_IDENTITY; activation <= VM_TANH; activation++) {
        float values[COUNT], bias[COLUMNS];
        double expected[COUNT];
        vm_fill(values, COUNT, 13, 3);
        vm_fill(bias, COLUMNS, 14, 1);
        for (size_t index = 0; index < COUNT; index++)
            expected[index] = activated((double)values[index] + (double)bias[index % COLUMNS], activation);
        kernels->bias_activation(values, bias, ROWS, COLUMNS, activation);
        double share = vm_share(values, expected, COUNT, 5e-6);
        if (!(share <= largest)) largest = share;
    }
    return largest;
}

double vm_check_gate(const VMKernels *kernels) {
    double largest = 0;
    for (VMActivation activation = VM_IDENTITY; activation <= VM_TANH; activation++) {
        float values[2 * COUNT];
        double expected[COUNT];
        vm_fill(values, 2 * COUNT, 15, 1);
        for (size_t row = 0; row < ROWS; row++)
            for (size_t column = 0; column < COLUMNS; column++) {
                const float *from = values + row * 2 * COLUMNS + column;
                expected[row * COLUMNS + column] = activated(from[0], activation) * (double)from[COLUMNS];
            }
        kernels->gate(values, ROWS, COLUMNS, activation);
        double share = vm_share(values, expected, COUNT, 5e-6);
        if (!(share <= largest)) largest = share;
    }
    return largest;
}

double vm_check_layer_norm(const VMKernels *kernels) {
    float hidden[COUNT], update[COUNT], bias[COLUMNS], weight[COLUMNS], shift[COLUMNS];
    double expected[COUNT];
    vm_fill(hidden, COUNT, 16, 5);
    vm_fill(update, COUNT, 17, 1);
    vm_fill(bias, COLUMNS, 18, 1);
    vm_fill(weight, COLUMNS, 19, 1);
    vm_fill(shift, COLUMNS, 20, 1);
    for (size_t row = 0; row < ROWS; row++) {
        double *sums = expected + row * COLUMNS, mean = 0, variance = 0;
        for (size_t column = 0; column < COLUMNS; column++) {
            sums[column] = (double)hidden[row * COLUMNS + column] + update[row * COLUMNS + column] + bias[column];
            mean += sums[column] / COLUMNS;
        }
        for (size_t column = 0; column < COLUMNS; column++)
            variance += (sums[column] - mean) * (sums[column] - mean) / COLUMNS;
        for (size_t column = 0; column < COLUMNS; column++)
            sums[column] = (sums[column] - mean) / sqrt(variance + (double)1e-5f) * weight[column] + shift[column];
    }
    kernels->residual_layer_norm(hidden, update, bias, weight, shift, 1e-5f, ROWS, COLUMNS);
    return vm_share(hidden, expected, COUNT, 1e-5);
}

double vm_check_softmax(const VMKernels *kernels) {
    // A row of 37 numbers in a stride of 40, whose other three stay what they are.
    enum { stride = COLUMNS + 3 };
    float scores[ROWS * stride];
    double expected[ROWS * stride];
    vm_fill(scores, ROWS * stride, 21, 4);
    widen(expected, scores, ROWS * stride);
    for (size_t row = 0; row < ROWS; row++) {
        double *line = expected + row * stride, top = -INFINITY, sum = 0;
        for (size_t column = 0; column < COLUMNS; column++) top = line[column] > top ? line[column] : top;
        for (size_t column = 0; column < COLUMNS; column++) sum += exp((line[column] - top) * 0.5);
        for (size_t column = 0; column < COLUMNS; column++) line[column] = exp((line[column] - top) * 0.5) / sum;
    }
    kernels->softmax(scores, ROWS, COLUMNS, stride, 0.5f);
    return vm_share(scores, expected, ROWS * stride, 1e-5);
}

double vm_check_rotate(const VMKernels *kernels) {
    enum { heads = 3, size = 22, half = size / 2 };
    float values[heads * size], cosines[half], sines[half];
    double expected[heads * size];
    vm_fill(values, heads * size, 22, 2);
    for (size_t index = 0; index < half; index++) {
        cosines[index] = (float)cos(0.3 * (double)index);
        sines[index] = (float)sin(0.3 * (double)index);
    }
    for (size_t head = 0; head < heads; head++)
        for (size_t index = 0; index < half; index++) {
            double x = values[head * size + index], y = values[head * size + half + index];
            expected[head * size + index] = x * (double)cosines[index] - y * (double)sines[index];
            expected[head * size + half + index] = y * (double)cosines[index] + x * (double)sines[index];
        }
    kernels->rotate(values, cosines, sines, heads, size);
    return vm_share(values, expected, heads * size, 1e-5);
}

double vm_check_add_relative(const VMKernels *kernels) {
    enum { rows = 5, columns = 9, numbers = rows + columns - 1 };
    float scores[rows * columns], by_query[rows * numbers], by_key[numbers * columns];
    int32_t places[numbers];
    double expected[rows * columns];
    vm_fill(scores, rows * columns, 23, 2);
    vm_fill(by_query, rows * numbers, 24, 2);
    vm_fill(by_key, numbers * columns, 25, 2);
    for (int32_t index = 0; index < numbers; index++) places[index] = 40 + numbers - 1 - index;
    const int32_t *middle = places + rows - 1;
    for (size_t row = 0; row < rows; row++)
        for (size_t column = 0; column < columns; column++) {
            size_t number = (size_t)(middle[(ptrdiff_t)column - (ptrdiff_t)row] - 40);
            expected[row * columns + column] = (double)scores[row * columns + column]
                                               + (double)by_query[row * numbers + number]
                                               + (double)by_key[number * columns + column];
        }
    kernels->add_relative(scores, columns, rows, columns, middle, by_query, numbers, 40, by_key, 40);
    return vm_share(scores, expected, rows * columns, 1e-6);
}

double vm_check_add(const VMKernels *kernels) {
    float target[COLUMNS], source[COLUMNS];
    double expected[COLUMNS];
    vm_fill(target, COLUMNS, 26, 100);
    vm_fill(source, COLUMNS, 27, 1);
    for (size_t index = 0; index < COLUMNS; index++) expected[index] = (double)target[index] + (double)source[index];
    kernels->add(target, source, COLUMNS);
    return vm_share(target, expected, COLUMNS, 1e-6);
}

/// A half's number: 1 sign, 5 exponent and 10 fraction bits.
static double half_number(uint16_t half) {
    int exponent = half >> 10 & 31, fraction = half & 1023;
    double size = exponent ? ldexp(1024 + fraction, exponent - 25) : ldexp(fraction, -24);
    return half & 0x8000 ? -size : size;
}

double vm_check_from_float16(const VMKernels *kernels) {
    uint16_t halves[COLUMNS];
    float found[COLUMNS];
    for (size_t index = 0; index < COLUMNS; index++)
        halves[index] = (uint16_t)(index * 1699 % 0x7c00 | (index % 3 ? 0 : 0x8000));
    kernels->from_float16(found, halves, COLUMNS);
    for (size_t index = 0; index < COLUMNS; index++)
        if ((double)found[index] != half_number(halves[index])) return INFINITY;
    return 0;
}

double vm_check_from_bfloat16(const VMKernels *kernels) {
    uint16_t numbers[COLUMNS];
    float found[COLUMNS];
    for (size_t index = 0; index < COLUMNS; index++)
        numbers[index] = (uint16_t)(0x3f80 + index * 17 | (index % 3 ? 0 : 0x8000));
    kernels->from_bfloat16(found, numbers, COLUMNS);
    for (size_t index = 0; index < COLUMNS; index++) {
        uint32_t bits;
        memcpy(&bits, found + index, 4);
        if (bits != (uint32_t)numbers[index] << 16) return INFINITY;
    }
    return 0;
}

double vm_check_all_finite(const VMKernels *kernels) {
    float values[COLUMNS];
    vm_fill(values, COLUMNS, 28, 1e30f);
    if (!kernels->all_finite(values, COLUMNS)) return INFINITY;
    for (size_t index = 0; index < COLUMNS; index++) {
        float kept = values[index];
        values[index] = index % 2 ? NAN : INFINITY;
        if (kernels->all_finite(values, COLUMNS)) return INFINITY;
        values[index] = kept;
    }
    return 0;
}
