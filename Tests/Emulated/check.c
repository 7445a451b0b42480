// Holds each kernel of each instruction set that this processor runs against plain C, and the sets of wide.c beside
// them.

#include <math.h>
#include <stdio.h>

#include "InstructionSet.h"

extern const VMInstructionSet wide_bytes, wide_signed_bytes;

/// How many kernels disagree.
static int check(const VMInstructionSet *set) {
    int wrong = 0, checked = 0;
    for (size_t operation = 0; operation < VM_OPERATIONS; operation++) {
        if (!vm_brings(operation, &set->kernels)) continue;
        checked++;
        double difference = vm_difference(operation, &set->kernels);
        if (difference <= 1) continue;
        printf("%s: %s differs by %g times what rounding may make\n", set->title, vm_operation(operation), difference);
        wrong++;
    }
    printf("%s: %d of %d kernels agree with plain C\n", set->title, checked - wrong, checked);
    return wrong + (checked == 0);
}

int main(void) {
    const VMInstructionSet *sets[VM_MOST_SETS];
    size_t count = vm_available_sets(sets);
    int wrong = check(&wide_bytes) + check(&wide_signed_bytes);
    for (size_t index = 0; index < count; index++) wrong += check(sets[index]);
    return wrong > 0;
}
