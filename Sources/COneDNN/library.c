#include "COneDNN.h"

#ifdef CHARTMARK_ONEDNN

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>

#include "library.h"

#define OD_TEXT_OF(number) #number
#define OD_TEXT(number) OD_TEXT_OF(number)

static ODLibrary library;
static int is_open;
static void (*set_openmp_threads)(int);
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void open_library(void) {
    // The soname carries the major version, so that it is the one these headers describe.
    void *handle = dlopen("libdnnl.so." OD_TEXT(DNNL_VERSION_MAJOR), RTLD_NOW | RTLD_LOCAL);
    if (!handle) return;
#define OD_FIND(function) \
    if (!(*(void **)&library.function = dlsym(handle, #function))) return;
    OD_FUNCTIONS(OD_FIND)
#undef OD_FIND
    *(void **)&set_openmp_threads = dlsym(handle, "omp_set_num_threads");
    if (library.dnnl_engine_create(&library.engine, dnnl_cpu, 0) != dnnl_success) return;
    const dnnl_version_t *version = library.dnnl_version();
    snprintf(library.version, sizeof library.version, "%d.%d.%d", version->major, version->minor, version->patch);
    is_open = 1;
}

const ODLibrary *od_library(void) {
    pthread_once(&once, open_library);
    if (!is_open) return NULL;
    // OpenMP's setting belongs to the thread. Without it the library would start a team of its own inside each worker,
    // whose spinning barrier measured ten times slower than one thread on a busy machine.
    static _Thread_local int is_set;
    if (!is_set && set_openmp_threads) set_openmp_threads(1);
    is_set = 1;
    return &library;
}

int od_available(void) { return od_library() != NULL; }

const char *od_version(void) { return od_library() ? library.version : ""; }

#else

int od_available(void) { return 0; }
const char *od_version(void) { return ""; }

#endif
