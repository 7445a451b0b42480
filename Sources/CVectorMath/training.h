// What training adds to an encoder's loops: forward passes that keep what their backward passes need, the backward
// passes, dropout, and the optimiser's step.

typedef uint32_t Bits __attribute__((vector_size(VM_BYTES)));

/// The bits of one number of a dropout mask are a hash of its place (Ellis's lowbias32, keyed): no mask is ever stored,
/// and none depends on which thread asks.
VM_INLINE Bits random_bits(Bits place, uint64_t key) {
    Bits x = place ^ (uint32_t)key;
    x ^= x >> 16;
    x *= 0x7feb352du;
    x += (uint32_t)(key >> 32);
    x ^= x >> 15;
    x *= 0x846ca68bu;
    return x ^ (x >> 16);
}

VM_INLINE Floats drop(Floats value, uint32_t place, const VMDropout *dropout) {
    Bits places;
    for (int lane = 0; lane < VM_LANES; lane++) places[lane] = place + (uint32_t)lane;
    Ints kept = (Ints)(random_bits(places, dropout->key) >= dropout->threshold);
    return (Floats)((Ints)(value * dropout->scale) & kept);
}

VM_INLINE Floats load_up_to(const float *from, size_t lanes) {
    return lanes >= VM_LANES ? load(from) : load_part(from, lanes);
}

VM_INLINE void store_up_to(float *to, Floats value, size_t lanes) {
    if (lanes >= VM_LANES)
        store(to, value);
    else
        store_part(to, value, lanes);
}

VM_KERNEL void VM_NAME(dropout)(float *target, const float *source, size_t rows, size_t columns, uint32_t place,
    size_t place_stride, const VMDropout *dropout) {
    for (size_t row = 0; row < rows; row++, source += columns, target += columns, place += (uint32_t)place_stride)
        for (size_t column = 0; column < columns; column += VM_LANES) {
            Floats value = load_up_to(source + column, columns - column);
            store_up_to(target + column, drop(value, place + (uint32_t)column, dropout), columns - column);
        }
}

VM_KERNEL void VM_NAME(norm_forward)(
    const VMNormPass *pass, float *output, const float *input, const float *update, const float *bias) {
    size_t columns = pass->columns;
    float *normalized = pass->normalized;
    uint32_t place = pass->place;
    for (size_t row = 0; row < pass->rows; row++) {
        Floats sums = {0};
        for (size_t column = 0; column < columns; column += VM_LANES) {
            size_t rest = columns - column;
            Floats x = load_up_to(input + column, rest);
            if (update) {
                Floats change = load_up_to(update + column, rest);
                if (bias) change += load_up_to(bias + column, rest);
                x += pass->dropout ? drop(change, place + (uint32_t)column, pass->dropout) : change;
            }
            store_up_to(normalized + column, x, rest);
            sums += x;
        }
        float mean = sum_of(sums) / (float)columns;
        Floats squares = {0};
        size_t whole = columns / VM_LANES * VM_LANES;
        for (size_t column = 0; column < whole; column += VM_LANES) {
            Floats x = load(normalized + column) - mean;
            squares += x * x;
        }
        float square = sum_of(squares);
        for (size_t column = whole; column < columns; column++) {
            float x = normalized[column] - mean;
            square += x * x;
        }
        float scale = 1.0f / __builtin_sqrtf(square / (float)columns + pass->epsilon);
        for (size_t column = 0; column < columns; column += VM_LANES) {
            size_t rest = columns - column;
            Floats x = (load_up_to(normalized + column, rest) - mean) * scale;
            store_up_to(normalized + column, x, rest);
            x = x * load_up_to(pass->weight + column, rest) + load_up_to(pass->shift + column, rest);
            store_up_to(output + column, x, rest);
        }
        pass->scales[row] = scale;
        input += columns;
        if (update) update += columns;
        normalized += columns;
        output += columns;
        place += (uint32_t)columns;
    }
}

VM_KERNEL void VM_NAME(norm_backward)(const VMNormPass *pass, float *input_gradient, float *update_gradient,
    const float *output_gradient, float *weight_gradient, float *shift_gradient, float *bias_gradient) {
    size_t columns = pass->columns;
    const float *normalized = pass->normalized;
    uint32_t place = pass->place;
    for (size_t row = 0; row < pass->rows; row++) {
        Floats sums = {0}, products = {0};
        for (size_t column = 0; column < columns; column += VM_LANES) {
            size_t rest = columns - column;
            Floats change = load_up_to(output_gradient + column, rest), x = load_up_to(normalized + column, rest);
            Floats weighted = change * load_up_to(pass->weight + column, rest);
            sums += weighted;
            products += weighted * x;
            if (weight_gradient) {
                store_up_to(weight_gradient + column, load_up_to(weight_gradient + column, rest) + change * x, rest);
                store_up_to(shift_gradient + column, load_up_to(shift_gradient + column, rest) + change, rest);
            }
        }
        float mean = sum_of(sums) / (float)columns, product = sum_of(products) / (float)columns;
        float scale = pass->scales[row];
        for (size_t column = 0; column < columns; column += VM_LANES) {
            size_t rest = columns - column;
            Floats weighted = load_up_to(output_gradient + column, rest) * load_up_to(pass->weight + column, rest);
            Floats change = (weighted - mean - load_up_to(normalized + column, rest) * product) * scale;
            store_up_to(input_gradient + column, change, rest);
            if (update_gradient) {
                if (pass->dropout) change = drop(change, place + (uint32_t)column, pass->dropout);
                store_up_to(update_gradient + column, change, rest);
                if (bias_gradient)
                    store_up_to(bias_gradient + column, load_up_to(bias_gradient + column, rest) + change, rest);
            }
        }
        normalized += columns;
        input_gradient += columns;
        if (update_gradient) update_gradient += columns;
        output_gradient += columns;
        place += (uint32_t)columns;
    }
}

VM_INLINE Floats slope(Floats x, VMActivation activation) {
    switch (activation) {
    case VM_IDENTITY:
        return all(1.0f);
    case VM_GELU: {
        Floats z = magnitude(x) * 0.70710678118654752f;
        return 0.5f * twice_normal_cdf(x) + x * 0.39894228040143268f * exponential(-z * z);
    }
    case VM_GELU_TANH: {
        Floats square = x * x;
        Floats t = hyperbolic_tangent(0.7978845608028654f * (x + 0.044715f * square * x));
        return 0.5f * (1.0f + t) + 0.5f * x * (1.0f - t * t) * 0.7978845608028654f * (1.0f + 3.0f * 0.044715f * square);
    }
    case VM_GELU_QUICK: {
        Floats s = sigmoid(1.702f * x);
        return s + 1.702f * x * s * (1.0f - s);
    }
    case VM_RELU:
        return choose(x > 0.0f, all(1.0f), all(0.0f));
    case VM_SILU: {
        Floats s = sigmoid(x);
        return s + x * s * (1.0f - s);
    }
    case VM_TANH: {
        Floats t = hyperbolic_tangent(x);
        return 1.0f - t * t;
    }
    }
    return all(1.0f);
}

VM_INLINE void activation_forward_rows(
    float *output, float *values, const float *bias, size_t rows, size_t columns, VMActivation activation) {
    for (size_t row = 0; row < rows; row++, values += columns, output += columns)
        for (size_t column = 0; column < columns; column += VM_LANES) {
            size_t rest = columns - column;
            Floats x = load_up_to(values + column, rest) + load_up_to(bias + column, rest);
            store_up_to(values + column, x, rest);
            store_up_to(output + column, activate(x, activation), rest);
        }
}

VM_INLINE void activation_backward_rows(
    float *gradient, const float *values, float *bias_gradient, size_t rows, size_t columns, VMActivation activation) {
    for (size_t row = 0; row < rows; row++, values += columns, gradient += columns)
        for (size_t column = 0; column < columns; column += VM_LANES) {
            size_t rest = columns - column;
            Floats change = load_up_to(gradient + column, rest) * slope(load_up_to(values + column, rest), activation);
            store_up_to(gradient + column, change, rest);
            if (bias_gradient)
                store_up_to(bias_gradient + column, load_up_to(bias_gradient + column, rest) + change, rest);
        }
}

// A loop for each function, so that the choice is not made again for every vector.
#define VM_FOR_EACH_ACTIVATION(loop, ...) \
    switch (activation) { \
    case VM_IDENTITY: \
        loop(__VA_ARGS__, VM_IDENTITY); \
        break; \
    case VM_GELU: \
        loop(__VA_ARGS__, VM_GELU); \
        break; \
    case VM_GELU_TANH: \
        loop(__VA_ARGS__, VM_GELU_TANH); \
        break; \
    case VM_GELU_QUICK: \
        loop(__VA_ARGS__, VM_GELU_QUICK); \
        break; \
    case VM_RELU: \
        loop(__VA_ARGS__, VM_RELU); \
        break; \
    case VM_SILU: \
        loop(__VA_ARGS__, VM_SILU); \
        break; \
    case VM_TANH: \
        loop(__VA_ARGS__, VM_TANH); \
        break; \
    }

VM_KERNEL void VM_NAME(activation_forward)(float *output, float *values, const float *bias, size_t rows, size_t columns,
    VMActivation activation){VM_FOR_EACH_ACTIVATION(activation_forward_rows, output, values, bias, rows, columns)}

VM_KERNEL void VM_NAME(activation_backward)(
    float *gradient, const float *values, float *bias_gradient, size_t rows, size_t columns, VMActivation activation){
    VM_FOR_EACH_ACTIVATION(activation_backward_rows, gradient, values, bias_gradient, rows, columns)}

VM_KERNEL void VM_NAME(softmax_backward)(float *gradient, const float *probabilities, size_t rows, size_t columns,
    float scale, uint32_t place, size_t place_stride, const VMDropout *dropout) {
    for (size_t row = 0; row < rows; row++) {
        Floats sums = {0};
        for (size_t column = 0; column < columns; column += VM_LANES) {
            size_t rest = columns - column;
            Floats change = load_up_to(gradient + column, rest);
            if (dropout) {
                change = drop(change, place + (uint32_t)column, dropout);
                store_up_to(gradient + column, change, rest);
            }
            sums += change * load_up_to(probabilities + column, rest);
        }
        float sum = sum_of(sums);
        for (size_t column = 0; column < columns; column += VM_LANES) {
            size_t rest = columns - column;
            Floats change = load_up_to(gradient + column, rest) - sum;
            store_up_to(gradient + column, change * load_up_to(probabilities + column, rest) * scale, rest);
        }
        gradient += columns;
        probabilities += columns;
        place += (uint32_t)place_stride;
    }
}

VM_KERNEL float VM_NAME(log_sum_exp)(const float *values, size_t count) {
    float top = values[0];
    for (size_t index = 1; index < count; index++) top = values[index] > top ? values[index] : top;
    Floats sums = {0};
    size_t whole = count / VM_LANES * VM_LANES;
    for (size_t index = 0; index < whole; index += VM_LANES) {
        Floats x = load(values + index);
        // `exponential` makes a small number of NaN; a loss must not.
        sums += exponential(x - top) + (x - x);
    }
    float sum = sum_of(sums);
    for (size_t index = whole; index < count; index++) sum += __builtin_expf(values[index] - top);
    return top + __builtin_logf(sum);
}

VM_KERNEL void VM_NAME(exponentials)(float *values, size_t count, float minus) {
    for (size_t index = 0; index < count; index += VM_LANES) {
        size_t rest = count - index;
        store_up_to(values + index, exponential(load_up_to(values + index, rest) - minus), rest);
    }
}

VM_KERNEL double VM_NAME(sum_of_squares)(const float *values, size_t count) {
    // Blocks are summed in double: a gradient has a hundred million numbers.
    const size_t block = 4096;
    double total = 0;
    for (size_t start = 0; start < count; start += block) {
        size_t end = count - start < block ? count : start + block;
        Floats sums = {0};
        for (size_t index = start; index < end; index += VM_LANES) {
            Floats x = load_up_to(values + index, end - index);
            sums += x * x;
        }
        total += sum_of(sums);
    }
    return total;
}

VM_KERNEL void VM_NAME(adamw)(
    const VMAdamW *step, float *weights, const float *gradients, float *first, float *second, size_t count) {
    Floats shrink = all(1.0f - step->rate * step->decay), size = all(step->rate / step->first_correction);
    for (size_t index = 0; index < count; index += VM_LANES) {
        size_t rest = count - index;
        Floats gradient = load_up_to(gradients + index, rest) * step->gradient_scale;
        Floats mean = load_up_to(first + index, rest), square = load_up_to(second + index, rest);
        mean += (gradient - mean) * (1.0f - step->beta1);
        square = square * step->beta2 + gradient * gradient * (1.0f - step->beta2);
        store_up_to(first + index, mean, rest);
        store_up_to(second + index, square, rest);
        Floats root;
        for (int lane = 0; lane < VM_LANES; lane++) root[lane] = __builtin_sqrtf(square[lane]);
        Floats change = size * mean / (root / step->second_correction_root + step->epsilon);
        store_up_to(weights + index, load_up_to(weights + index, rest) * shrink - change, rest);
    }
}
