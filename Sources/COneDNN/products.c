#include "COneDNN.h"

#ifdef CHARTMARK_ONEDNN

#include <pthread.h>
#include <stdlib.h>

#include "library.h"

// What differs between the versions' interfaces: how a matrix is described, and how a product is asked for.

#if DNNL_VERSION_MAJOR >= 3
typedef dnnl_memory_desc_t Description;
typedef const_dnnl_memory_desc_t Reference;
static Reference refer(const Description *description) { return *description; }

static int describe(const ODLibrary *od, Description *made, size_t rows, size_t columns, dnnl_data_type_t type,
                    dnnl_format_tag_t tag) {
    dnnl_dims_t sizes = {(dnnl_dim_t)rows, (dnnl_dim_t)columns};
    return od->dnnl_memory_desc_create_with_tag(made, 2, sizes, type, tag);
}

static int copy(const ODLibrary *od, Description *made, Reference source) { return od->dnnl_memory_desc_clone(made, source); }

static void forget(const ODLibrary *od, Description *description) {
    if (*description) od->dnnl_memory_desc_destroy(*description);
}

static int describe_matmul(const ODLibrary *od, dnnl_primitive_desc_t *made, Description *input, Description *weights,
                           Description *output) {
    return od->dnnl_matmul_primitive_desc_create(made, od->engine, *input, *weights, NULL, *output, NULL);
}
#else
typedef dnnl_memory_desc_t Description;
typedef const dnnl_memory_desc_t *Reference;
static Reference refer(const Description *description) { return description; }

static int describe(const ODLibrary *od, Description *made, size_t rows, size_t columns, dnnl_data_type_t type,
                    dnnl_format_tag_t tag) {
    dnnl_dims_t sizes = {(dnnl_dim_t)rows, (dnnl_dim_t)columns};
    return od->dnnl_memory_desc_init_by_tag(made, 2, sizes, type, tag);
}

static int copy(const ODLibrary *od, Description *made, Reference source) {
    (void)od;
    *made = *source;
    return 0;
}

static void forget(const ODLibrary *od, Description *description) { (void)od, (void)description; }

static int describe_matmul(const ODLibrary *od, dnnl_primitive_desc_t *made, Description *input, Description *weights,
                           Description *output) {
    dnnl_matmul_desc_t product;
    int status = od->dnnl_matmul_desc_init(&product, input, weights, NULL, output);
    return status ? status : od->dnnl_primitive_desc_create(made, &product, NULL, od->engine, NULL);
}
#endif

/// A product compiled for one number of rows.
typedef struct Product {
    size_t rows;
    dnnl_primitive_t primitive;
    Description input, output;
    struct Product *next;
} Product;

struct ODLinear {
    size_t inputs, outputs;
    ODPrecision precision;
    Description layout;
    dnnl_memory_t weights;
    Product *products;
    pthread_mutex_t lock;
};

/// The rows for which the layout of the weights is chosen; it then serves every number of rows.
#define TYPICAL_ROWS 128

static int describe_product(const ODLibrary *od, dnnl_primitive_desc_t *made, Product *product, const ODLinear *layer,
                            Description *weights) {
    int is_int8 = layer->precision == OD_INT8;
    int status = describe(od, &product->input, product->rows, layer->inputs, is_int8 ? dnnl_u8 : dnnl_f32, dnnl_ab);
    if (!status)
        status = describe(od, &product->output, product->rows, layer->outputs, is_int8 ? dnnl_s32 : dnnl_f32, dnnl_ab);
    return status ? status : describe_matmul(od, made, &product->input, weights, &product->output);
}

static void free_product(const ODLibrary *od, Product *product) {
    if (product->primitive) od->dnnl_primitive_destroy(product->primitive);
    forget(od, &product->input);
    forget(od, &product->output);
    free(product);
}

/// Copies the checkpoint's weights, the transpose of the product's [inputs, outputs], into the library's layout.
static int reorder(const ODLibrary *od, ODLinear *layer, Description *stored, const void *weight) {
    dnnl_memory_t from = NULL;
    dnnl_primitive_desc_t description = NULL;
    dnnl_primitive_t primitive = NULL;
    dnnl_stream_t stream = NULL;
    int status = od->dnnl_memory_create(&layer->weights, refer(&layer->layout), od->engine, DNNL_MEMORY_ALLOCATE);
    if (!status) status = od->dnnl_memory_create(&from, refer(stored), od->engine, (void *)weight);
    if (!status)
        status = od->dnnl_reorder_primitive_desc_create(&description, refer(stored), od->engine, refer(&layer->layout),
                                                        od->engine, NULL);
    if (!status) status = od->dnnl_primitive_create(&primitive, description);
    if (!status) status = od->dnnl_stream_create(&stream, od->engine, dnnl_stream_default_flags);
    if (!status) {
        dnnl_exec_arg_t arguments[2] = {{DNNL_ARG_FROM, from}, {DNNL_ARG_TO, layer->weights}};
        status = od->dnnl_primitive_execute(primitive, stream, 2, arguments);
        if (!status) status = od->dnnl_stream_wait(stream);
    }
    if (stream) od->dnnl_stream_destroy(stream);
    if (primitive) od->dnnl_primitive_destroy(primitive);
    if (description) od->dnnl_primitive_desc_destroy(description);
    if (from) od->dnnl_memory_destroy(from);
    return status;
}

/// The product for so many rows, compiled when it is first asked for; NULL if that fails.
static Product *product_for(const ODLibrary *od, ODLinear *layer, size_t rows) {
    pthread_mutex_lock(&layer->lock);
    Product *product = layer->products;
    while (product && product->rows != rows) product = product->next;
    if (!product && (product = calloc(1, sizeof *product))) {
        product->rows = rows;
        dnnl_primitive_desc_t description = NULL;
        int status = describe_product(od, &description, product, layer, &layer->layout);
        if (!status) status = od->dnnl_primitive_create(&product->primitive, description);
        if (description) od->dnnl_primitive_desc_destroy(description);
        if (status) {
            free_product(od, product);
            product = NULL;
        } else {
            product->next = layer->products;
            layer->products = product;
        }
    }
    pthread_mutex_unlock(&layer->lock);
    return product;
}

static int lay_out(const ODLibrary *od, ODLinear *layer, const void *weight) {
    dnnl_data_type_t type = layer->precision == OD_INT8 ? dnnl_s8 : dnnl_f32;
    Product *typical = calloc(1, sizeof *typical);
    if (!typical) return dnnl_out_of_memory;
    typical->rows = TYPICAL_ROWS;
    dnnl_primitive_desc_t description = NULL;
    Description any = {0}, stored = {0};
    int status = describe(od, &any, layer->inputs, layer->outputs, type, dnnl_format_tag_any);
    if (!status) status = describe(od, &stored, layer->inputs, layer->outputs, type, dnnl_ba);
    if (!status) status = describe_product(od, &description, typical, layer, &any);
    if (!status) status = copy(od, &layer->layout, od->dnnl_primitive_desc_query_md(description, dnnl_query_weights_md, 0));
    if (!status) status = reorder(od, layer, &stored, weight);
    if (!status && !product_for(od, layer, 1)) status = dnnl_unimplemented;
    if (description) od->dnnl_primitive_desc_destroy(description);
    forget(od, &any);
    forget(od, &stored);
    free_product(od, typical);
    return status;
}

ODLinear *od_linear_create(const void *weight, size_t outputs, size_t inputs, ODPrecision precision) {
    const ODLibrary *od = od_library();
    ODLinear *layer = od ? calloc(1, sizeof *layer) : NULL;
    if (!layer) return NULL;
    layer->inputs = inputs;
    layer->outputs = outputs;
    layer->precision = precision;
    pthread_mutex_init(&layer->lock, NULL);
    if (lay_out(od, layer, weight)) {
        od_linear_free(layer);
        return NULL;
    }
    return layer;
}

static int run(const ODLibrary *od, ODLinear *layer, Product *product, const void *input, void *output) {
    dnnl_memory_t from = NULL, to = NULL;
    dnnl_stream_t stream = NULL;
    int status = od->dnnl_memory_create(&from, refer(&product->input), od->engine, (void *)input);
    if (!status) status = od->dnnl_memory_create(&to, refer(&product->output), od->engine, output);
    if (!status) status = od->dnnl_stream_create(&stream, od->engine, dnnl_stream_default_flags);
    if (!status) {
        dnnl_exec_arg_t arguments[3] = {{DNNL_ARG_SRC, from}, {DNNL_ARG_WEIGHTS, layer->weights}, {DNNL_ARG_DST, to}};
        status = od->dnnl_primitive_execute(product->primitive, stream, 3, arguments);
        if (!status) status = od->dnnl_stream_wait(stream);
    }
    if (stream) od->dnnl_stream_destroy(stream);
    if (to) od->dnnl_memory_destroy(to);
    if (from) od->dnnl_memory_destroy(from);
    return status;
}

int od_linear_run(ODLinear *layer, const void *input, size_t rows, void *output) {
    const ODLibrary *od = od_library();
    if (!od || !rows) return od ? 0 : dnnl_not_required;
    Product *product = product_for(od, layer, rows);
    if (product) return run(od, layer, product, input, output);
    // A single row's product was compiled with the layout.
    product = product_for(od, layer, 1);
    if (!product) return dnnl_unimplemented;
    size_t width = layer->precision == OD_INT8 ? 1 : 4;
    int status = 0;
    for (size_t row = 0; row < rows && !status; row++)
        status = run(od, layer, product, (const char *)input + row * layer->inputs * width,
                     (char *)output + row * layer->outputs * 4);
    return status;
}

void od_linear_free(ODLinear *layer) {
    const ODLibrary *od = od_library();
    if (!od || !layer) return;
    for (Product *product = layer->products, *next; product; product = next) {
        next = product->next;
        free_product(od, product);
    }
    if (layer->weights) od->dnnl_memory_destroy(layer->weights);
    forget(od, &layer->layout);
    pthread_mutex_destroy(&layer->lock);
    free(layer);
}

#else

ODLinear *od_linear_create(const void *weight, size_t outputs, size_t inputs, ODPrecision precision) {
    (void)weight, (void)outputs, (void)inputs, (void)precision;
    return NULL;
}

int od_linear_run(ODLinear *layer, const void *input, size_t rows, void *output) {
    (void)layer, (void)input, (void)rows, (void)output;
    return -1;
}

void od_linear_free(ODLinear *layer) { (void)layer; }

#endif
