#ifndef LIBRARY_H
#define LIBRARY_H

#include <dnnl.h>

// The functions of oneDNN that are used, each found by its name when the library is opened. Its C interface lost operation
// descriptors and gained opaque memory descriptors from 2.x to 3.x.

#if DNNL_VERSION_MAJOR >= 3
#define OD_OF_THIS_VERSION(F) \
    F(dnnl_memory_desc_create_with_tag) F(dnnl_memory_desc_destroy) F(dnnl_memory_desc_clone) \
    F(dnnl_matmul_primitive_desc_create)
#else
#define OD_OF_THIS_VERSION(F) F(dnnl_memory_desc_init_by_tag) F(dnnl_matmul_desc_init) F(dnnl_primitive_desc_create)
#endif

#define OD_FUNCTIONS(F) \
    F(dnnl_version) F(dnnl_engine_create) F(dnnl_stream_create) F(dnnl_stream_wait) F(dnnl_stream_destroy) \
    F(dnnl_memory_create) F(dnnl_memory_destroy) F(dnnl_primitive_create) F(dnnl_primitive_destroy) \
    F(dnnl_primitive_execute) F(dnnl_primitive_desc_destroy) F(dnnl_primitive_desc_query_md) \
    F(dnnl_reorder_primitive_desc_create) OD_OF_THIS_VERSION(F)

typedef struct ODLibrary {
#define OD_DECLARE(function) __typeof__(&function) function;
    OD_FUNCTIONS(OD_DECLARE)
#undef OD_DECLARE
    dnnl_engine_t engine;
    char version[32];
} ODLibrary;

/// The library, opened at the first call; NULL if it is not to be had. Sets the calling thread's OpenMP threads to one.
const ODLibrary *od_library(void);

#endif
