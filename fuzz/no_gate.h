/* What stands for gate.S in the fuzzers: no sandboxed code runs, and a run that ends comes back
 * here. */
#ifndef NO_GATE_H
#define NO_GATE_H

#include "run.h"

#include <setjmp.h>

/* Where tbx_abandon goes. */
extern jmp_buf no_gate_end;

#endif
