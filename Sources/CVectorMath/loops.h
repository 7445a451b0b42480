// Loops over the rows of a matrix and over the numbers of a checkpoint.

VM_INLINE void activate_rows(
    float *values, const float *bias, size_t rows, size_t columns, size_t stride, VMActivation activation) {
    for (size_t row = 0; row < rows; row++, values += stride) {
        size_t column = 0;
        for (; column + VM_LANES <= columns; column += VM_LANES) {
            Floats value = load(values + column);
            if (bias) value += load(bias + column);
            store(values + column, activate(value, activation));
        }
        if (column < columns) {
            size_t rest = columns - column;
            Floats value = load_part(values + column, rest);
            if (bias) value += load_part(bias + column, rest);
            store_part(values + column, activate(value, activation), rest);
        }
    }
}

VM_KERNEL void VM_NAME(activate_block)(
    float *values, const float *bias, size_t rows, size_t columns, size_t stride, VMActivation activation) {
    // One loop for each function, so that the choice is not made again for every vector.
    switch (activation) {
    case VM_IDENTITY:
        if (bias) activate_rows(values, bias, rows, columns, stride, VM_IDENTITY);
        break;
    case VM_GELU:
        activate_rows(values, bias, rows, columns, stride, VM_GELU);
        break;
    case VM_GELU_TANH:
        activate_rows(values, bias, rows, columns, stride, VM_GELU_TANH);
        break;
    case VM_GELU_QUICK:
        activate_rows(values, bias, rows, columns, stride, VM_GELU_QUICK);
        break;
    case VM_RELU:
        activate_rows(values, bias, rows, columns, stride, VM_RELU);
        break;
    case VM_SILU:
        activate_rows(values, bias, rows, columns, stride, VM_SILU);
        break;
    case VM_TANH:
        activate_rows(values, bias, rows, columns, stride, VM_TANH);
        break;
    }
}

VM_KERNEL void VM_NAME(bias_activation)(
    float *values, const float *bias, size_t rows, size_t columns, VMActivation activation) {
    VM_NAME(activate_block)(values, bias, rows, columns, columns, activation);
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

VM_KERNEL void VM_NAME(gate)(float *values, size_t rows, size_t columns, VMActivation activation) {
    switch (activation) {
    case VM_IDENTITY:
        gate_rows(values, rows, columns, VM_IDENTITY);
        break;
    case VM_GELU:
        gate_rows(values, rows, columns, VM_GELU);
        break;
    case VM_GELU_TANH:
        gate_rows(values, rows, columns, VM_GELU_TANH);
        break;
    case VM_GELU_QUICK:
        gate_rows(values, rows, columns, VM_GELU_QUICK);
        break;
    case VM_RELU:
        gate_rows(values, rows, columns, VM_RELU);
        break;
    case VM_SILU:
        gate_rows(values, rows, columns, VM_SILU);
        break;
    case VM_TANH:
        gate_rows(values, rows, columns, VM_TANH);
        break;
    }
}

VM_KERNEL void VM_NAME(rotate)(float *values, const float *cosines, const float *sines, size_t heads, size_t size) {
    size_t half = size / 2;
    for (size_t head = 0; head < heads; head++, values += size)
        for (size_t index = 0; index < half; index++) {
            float x = values[index];
            float y = values[half + index];
            values[index] = x * cosines[index] - y * sines[index];
            values[half + index] = y * cosines[index] + x * sines[index];
        }
}

VM_KERNEL void VM_NAME(add_relative)(float *scores, size_t stride, size_t rows, size_t columns, const int32_t *places,
    const float *by_query, size_t query_width, int32_t first_by_query, const float *by_key, int32_t first_by_key) {
    for (size_t row = 0; row < rows; row++, scores += stride) {
        const int32_t *place = places - row;
        if (by_query) {
            const float *of_row = by_query + row * query_width;
            for (size_t column = 0; column < columns; column++)
                scores[column] += of_row[place[column] - first_by_query];
        }
        if (by_key)
            for (size_t column = 0; column < columns; column++)
                scores[column] += by_key[(size_t)(place[column] - first_by_key) * columns + column];
    }
}

VM_KERNEL void VM_NAME(add_bias)(float *values, const float *bias, size_t rows, size_t columns) {
    for (size_t row = 0; row < rows; row++, values += columns)
        for (size_t column = 0; column < columns; column++) values[column] += bias[column];
}

VM_KERNEL void VM_NAME(add)(float *target, const float *source, size_t count) {
    for (size_t index = 0; index < count; index++) target[index] += source[index];
}

VM_KERNEL void VM_NAME(residual_layer_norm)(float *hidden, const float *update, const float *bias, const float *weight,
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
            store(
                hidden + column, (load(hidden + column) - mean) * scale * load(weight + column) + load(shift + column));
        for (size_t column = whole; column < columns; column++)
            hidden[column] = (hidden[column] - mean) * scale * weight[column] + shift[column];
    }
}

VM_KERNEL void VM_NAME(softmax)(float *scores, size_t rows, size_t columns, size_t stride, float scale) {
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

VM_KERNEL void VM_NAME(from_float16)(float *target, const uint16_t *source, size_t count) {
    // Shift the exponent's bias by a multiplication, which gets subnormals right; infinities and NaN have all its bits
    // set.
    for (size_t index = 0; index < count; index++) {
        uint32_t half = source[index];
        uint32_t bits = (half & 0x7fff) << 13;
        float scaled;
        memcpy(&scaled, &bits, 4);
        scaled *= 5.192296858534828e+33f; // 2^112
        memcpy(&bits, &scaled, 4);
        bits |= (half & 0x7c00) == 0x7c00 ? 0x7f800000 : 0;
        bits |= (half & 0x8000) << 16;
        memcpy(target + index, &bits, 4);
    }
}

VM_KERNEL void VM_NAME(from_bfloat16)(float *target, const uint16_t *source, size_t count) {
    for (size_t index = 0; index < count; index++) {
        uint32_t bits = (uint32_t)source[index] << 16;
        memcpy(target + index, &bits, 4);
    }
}

VM_KERNEL int VM_NAME(all_finite)(const float *values, size_t count) {
    int found = 0;
    for (size_t index = 0; index < count; index++) {
        uint32_t bits;
        memcpy(&bits, values + index, 4);
        found |= (bits & 0x7f800000) == 0x7f800000;
    }
    return !found;
}
