#include <math.h>
#include <string.h>

#include "checks.h"

#define ROWS 2
#define COLUMNS 37
#define COUNT (ROWS * COLUMNS)

/// The plain C that loops without a short formula are held against; what it makes is tested against differences and
/// PyTorch's gradients.
extern const VMInstructionSet vm_baseline;

/// A third of the numbers are taken away.
static const VMDropout mask = {0x1234567890abcdefULL, 1431655765u, 1.5f};

static double share_of_floats(const float *found, const float *expected, size_t count, double allowed) {
    double wide[4 * COUNT];
    for (size_t index = 0; index < count; index++) wide[index] = expected[index];
    return vm_share(found, wide, count, allowed);
}

double vm_check_dropout(const VMKernels *kernels) {
    float source[COUNT], found[COUNT], expected[COUNT];
    vm_fill(source, COUNT, 31, 3);
    kernels->dropout(found, source, ROWS, COLUMNS, 77, 1000, &mask);
    vm_baseline.kernels.dropout(expected, source, ROWS, COLUMNS, 77, 1000, &mask);
    return share_of_floats(found, expected, COUNT, 1e-6);
}

/// What both passes of a layer norm leave.
struct Norm {
    float output[COUNT], normalized[COUNT], scales[ROWS], changes[2 * COUNT], sums[3 * COLUMNS];
};

static void run_norm(const VMKernels *forward, const VMKernels *backward, struct Norm *norm) {
    float input[COUNT], update[COUNT], bias[COLUMNS], weight[COLUMNS], shift[COLUMNS], gradient[COUNT];
    vm_fill(input, COUNT, 32, 2);
    vm_fill(update, COUNT, 33, 1);
    vm_fill(bias, COLUMNS, 34, 1);
    vm_fill(weight, COLUMNS, 35, 1);
    vm_fill(shift, COLUMNS, 36, 1);
    vm_fill(gradient, COUNT, 37, 1);
    memset(norm, 0, sizeof *norm);
    VMNormPass pass = {weight, shift, norm->normalized, norm->scales, ROWS, COLUMNS, 1e-5f, 5, &mask};
    forward->norm_forward(&pass, norm->output, input, update, bias);
    backward->norm_backward(&pass, norm->changes, norm->changes + COUNT, gradient, norm->sums, norm->sums + COLUMNS,
        norm->sums + 2 * COLUMNS);
}

double vm_check_norm_forward(const VMKernels *kernels) {
    struct Norm found, expected;
    run_norm(kernels, &vm_baseline.kernels, &found);
    run_norm(&vm_baseline.kernels, &vm_baseline.kernels, &expected);
    double output = share_of_floats(found.output, expected.output, COUNT, 1e-5);
    double normalized = share_of_floats(found.normalized, expected.normalized, COUNT, 1e-5);
    return output > normalized || isnan(output) ? output : normalized;
}

double vm_check_norm_backward(const VMKernels *kernels) {
    struct Norm found, expected;
    run_norm(&vm_baseline.kernels, kernels, &found);
    run_norm(&vm_baseline.kernels, &vm_baseline.kernels, &expected);
    double changes = share_of_floats(found.changes, expected.changes, 2 * COUNT, 1e-5);
    double sums = share_of_floats(found.sums, expected.sums, 3 * COLUMNS, 1e-5);
    return changes > sums || isnan(changes) ? changes : sums;
}

double vm_check_activation_forward(const VMKernels *kernels) {
    double largest = 0;
    for (VMActivation activation = VM_IDENTITY; activation <= VM_TANH; activation++) {
        float values[COUNT], others[COUNT], bias[COLUMNS], found[COUNT], expected[COUNT];
        vm_fill(values, COUNT, 38, 1);
        vm_fill(others, COUNT, 38, 1);
        vm_fill(bias, COLUMNS, 39, 1);
        kernels->activation_forward(found, values, bias, ROWS, COLUMNS, activation);
        vm_baseline.kernels.activation_forward(expected, others, bias, ROWS, COLUMNS, activation);
        double share = share_of_floats(found, expected, COUNT, 2e-6),
               kept = share_of_floats(values, others, COUNT, 1e-6);
        if (!(share <= largest)) largest = share;
        if (!(kept <= largest)) largest = kept;
    }
    return largest;
}

double vm_check_activation_backward(const VMKernels *kernels) {
    double largest = 0;
    for (VMActivation activation = VM_IDENTITY; activation <= VM_TANH; activation++) {
        float values[COUNT], found[COUNT + COLUMNS], expected[COUNT + COLUMNS];
        vm_fill(values, COUNT, 40, 1);
        vm_fill(found, COUNT + COLUMNS, 41, 1);
        vm_fill(expected, COUNT + COLUMNS, 41, 1);
        kernels->activation_backward(found, values, found + COUNT, ROWS, COLUMNS, activation);
        vm_baseline.kernels.activation_backward(expected, values, expected + COUNT, ROWS, COLUMNS, activation);
        double share = share_of_floats(found, expected, COUNT + COLUMNS, 5e-6);
        if (!(share <= largest)) largest = share;
    }
    return largest;
}

double vm_check_softmax_backward(const VMKernels *kernels) {
    float probabilities[COUNT], found[COUNT], expected[COUNT];
    vm_fill(probabilities, COUNT, 42, 0.05f);
    vm_fill(found, COUNT, 43, 1);
    vm_fill(expected, COUNT, 43, 1);
    kernels->softmax_backward(found, probabilities, ROWS, COLUMNS, 0.125f, 3, 500, &mask);
    vm_baseline.kernels.softmax_backward(expected, probabilities, ROWS, COLUMNS, 0.125f, 3, 500, &mask);
    return share_of_floats(found, expected, COUNT, 1e-5);
}

double vm_check_log_sum_exp(const VMKernels *kernels) {
    float values[COLUMNS];
    double top = -INFINITY, sum = 0;
    vm_fill(values, COLUMNS, 44, 5);
    for (size_t index = 0; index < COLUMNS; index++) top = values[index] > top ? values[index] : top;
    for (size_t index = 0; index < COLUMNS; index++) sum += exp(values[index] - top);
    double expected = top + log(sum);
    float found = kernels->log_sum_exp(values, COLUMNS);
    return vm_share(&found, &expected, 1, 1e-6);
}

double vm_check_exponentials(const VMKernels *kernels) {
    float values[COLUMNS];
    double expected[COLUMNS];
    vm_fill(values, COLUMNS, 45, 1);
    for (size_t index = 0; index < COLUMNS; index++) expected[index] = exp((double)(values[index] - 2.5f));
    kernels->exponentials(values, COLUMNS, 2.5f);
    return vm_share(values, expected, COLUMNS, 2e-6);
}

double vm_check_sum_of_squares(const VMKernels *kernels) {
    // More than a block of 4,096.
    float values[4133];
    double expected = 0;
    vm_fill(values, 4133, 46, 1);
    for (size_t index = 0; index < 4133; index++) expected += (double)values[index] * (double)values[index];
    float found = (float)kernels->sum_of_squares(values, 4133);
    return vm_share(&found, &expected, 1, 1e-5);
}

double vm_check_adamw(const VMKernels *kernels) {
    static const VMAdamW step = {0.01f, 0.1f, 0.9f, 0.999f, 1e-8f, 0.271f, 0.0547f, 0.5f};
    float weights[COLUMNS], gradients[COLUMNS], first[COLUMNS], second[COLUMNS];
    double expected[COLUMNS];
    vm_fill(weights, COLUMNS, 47, 1);
    vm_fill(gradients, COLUMNS, 48, 1);
    vm_fill(first, COLUMNS, 49, 1);
    vm_fill(second, COLUMNS, 50, 1);
    for (size_t index = 0; index < COLUMNS; index++) {
        second[index] = fabsf(second[index]);
        double gradient = (double)gradients[index] * 0.5;
        double mean = first[index] + (gradient - first[index]) * (1 - (double)step.beta1);
        double square = second[index] * (double)step.beta2 + gradient * gradient * (1 - (double)step.beta2);
        expected[index] = weights[index] * (1 - (double)step.rate * (double)step.decay)
                          - (double)step.rate * (mean / (double)step.first_correction)
                                / (sqrt(square) / (double)step.second_correction_root + (double)step.epsilon);
    }
    kernels->adamw(&step, weights, gradients, first, second, COLUMNS);
    return vm_share(weights, expected, COLUMNS, 1e-5);
}
