#include "checks.h"

#include <math.h>

double vm_share(const float *found, const double *expected, size_t count, double allowed) {
    double largest = 0;
    for (size_t index = 0; index < count; index++) {
        double size = fabs(expected[index]) > 1 ? fabs(expected[index]) : 1;
        double share = fabs((double)found[index] - expected[index]) / (allowed * size);
        if (!(share <= largest)) largest = share;
        if (isnan(share)) return share;
    }
    return largest;
}

double vm_share_of(const float *found, const double *expected, const double *magnitudes, size_t count, double allowed) {
    double largest = 0;
    for (size_t index = 0; index < count; index++) {
        double share = fabs((double)found[index] - expected[index]) / (allowed * (magnitudes[index] + 1e-3));
        if (!(share <= largest)) largest = share;
        if (isnan(share)) return share;
    }
    return largest;
}

void vm_fill(float *values, size_t count, uint32_t seed, float size) {
    uint32_t state = seed * 2654435761u + 1;
    for (size_t index = 0; index < count; index++) {
        state = state * 1664525u + 1013904223u;
        float value = (float)(int32_t)(state >> 8) / 8388608.0f - 1.0f;
        values[index] = value * size * (index % 7 == 6 ? 16.0f : 1.0f);
    }
}
