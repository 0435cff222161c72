#include "no_gate.h"

#include <stdlib.h>

jmp_buf no_gate_end;

bool tbx_enter(struct tbx_run *run, uint64_t entry, const tbx_arguments *arguments) {
    (void)run, (void)entry, (void)arguments;
    abort();
}

void tbx_gate(void) {
    abort();
}

_Noreturn void tbx_abandon(void) {
    longjmp(no_gate_end, 1);
}
