// Vectors of the instruction set that is being compiled, and the functions of a network on them. Everything in the
// headers beside this one is written once in clang's vector types and included by one file for each instruction set,
// which sets VM_BYTES (the vector's width) and VM_NAME(f) (the name of its copy) first.

#include <stdint.h>
#include <string.h>

#include "CVectorMath.h"
#include "InstructionSet.h"

#ifndef VM_REGISTERS
/// Vector registers of the set.
#define VM_REGISTERS (VM_BYTES == 64 ? 32 : 16)
#endif
#define VM_LANES (VM_BYTES / 4)
#define VM_INLINE static inline __attribute__((always_inline))
/// A set that brings only some operations does not use all of what it includes.
#define VM_KERNEL static __attribute__((unused))

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

// Minus zero, which changes no number, so that the compiler leaves only the broadcast.
VM_INLINE Floats all(float value) { return value - (Floats){0}; }

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
    const Floats shift = all(12582912.0f); // 1.5 * 2^23: adding it rounds to an integer
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
    case VM_IDENTITY:
        return x;
    case VM_GELU:
        return 0.5f * x * twice_normal_cdf(x);
    case VM_GELU_TANH:
        return 0.5f * x * (1.0f + hyperbolic_tangent(0.7978845608028654f * (x + 0.044715f * x * x * x)));
    case VM_GELU_QUICK:
        return x * sigmoid(1.702f * x);
    case VM_RELU:
        return larger(x, all(0.0f));
    case VM_SILU:
        return x * sigmoid(x);
    case VM_TANH:
        return hyperbolic_tangent(x);
    }
    return x;
}
