#ifndef CONEDNN_H
#define CONEDNN_H

#include <stddef.h>
#include <stdint.h>

// oneDNN's matrix product with weights that were laid out once (its issues 537 and 898). The library is opened when the
// first layer is made, not when the program starts, so that a machine without it runs everything else. Compiles against
// the headers of 2.6 and of 3.x; without the package's trait it is a stub that offers nothing.

/// Whether products can be computed: the trait is on and the library could be opened.
int od_available(void);

/// The library's version, "2.6.3", or "" without it.
const char *od_version(void);

/// Numbers of a product's operands.
typedef enum ODPrecision {
    OD_FLOAT32,  ///< float × float → float
    OD_INT8,     ///< uint8 × int8 → int32
} ODPrecision;

/// Weights in oneDNN's own layout, and the products compiled for them, one for each number of rows.
typedef struct ODLinear ODLinear;

/// Lays out weights [outputs, inputs], of float or int8 by `precision`; NULL if oneDNN refuses.
ODLinear *od_linear_create(const void *weight, size_t outputs, size_t inputs, ODPrecision precision);

/// output = input Wᵀ; input [rows, inputs], output [rows, outputs]. Called from any thread, computed on that one alone.
/// Returns 0, or oneDNN's status.
int od_linear_run(ODLinear *layer, const void *input, size_t rows, void *output);

void od_linear_free(ODLinear *layer);

#endif
