#include "no_gate.h"

#include <stdlib.h>

jmp_buf *no_gate_end;
no_gate_code *no_gate_inside;

bool tbx_enter(struct tbx_run *run, uint64_t entry, const tbx_arguments *arguments) {
    jmp_buf end, *outer = no_gate_end;
    if (no_gate_inside == NULL)
        abort();
    no_gate_end = &end;
    volatile bool returned = false;
    if (setjmp(end) == 0) {
        run->inside = 1;
        returned = no_gate_inside(run, entry, arguments);
    }
    run->inside = 0;
    no_gate_end = outer;
    return returned;
}

long no_gate_call(struct tbx_run *run, const struct tbx_host_request *request) {
    run->inside = 0;
    long result = tbx_dispatch(run, request);
    run->inside = 1;
    return result;
}

void tbx_gate(void) {
    abort();
}

void tbx_forget_x87(void) {}

_Noreturn void tbx_abandon(void) {
    longjmp(*no_gate_end, 1);
}
