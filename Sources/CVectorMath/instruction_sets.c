#include "InstructionSet.h"

extern const VMInstructionSet vm_baseline;
#if defined(__x86_64__)
extern const VMInstructionSet vm_avx2, vm_avxvnni, vm_avx512, vm_avx512vnni, vm_avx512bf16;
#elif defined(__aarch64__)
extern const VMInstructionSet vm_neon, vm_neondot, vm_neonbf16;
#endif

/// All sets of this architecture, the narrowest first.
static const VMInstructionSet *const all_sets[] = {
    &vm_baseline,
#if defined(__x86_64__)
    &vm_avx2,
    &vm_avxvnni,
    &vm_avx512,
    &vm_avx512vnni,
    &vm_avx512bf16,
#elif defined(__aarch64__)
    &vm_neon,
    &vm_neondot,
    &vm_neonbf16,
#endif
};

_Static_assert(sizeof all_sets / sizeof *all_sets <= VM_MOST_SETS, "VM_MOST_SETS is too small");

size_t vm_available_sets(const VMInstructionSet **sets) {
    size_t count = 0;
#if defined(__x86_64__)
    __builtin_cpu_init();
#endif
    for (size_t index = 0; index < sizeof all_sets / sizeof *all_sets; index++)
        if (all_sets[index]->runs()) sets[count++] = all_sets[index];
    return count;
}
