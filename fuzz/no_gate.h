/* What stands for gate.S in the fuzzers: no sandboxed code runs. What a run enters is a function of
 * the fuzzer, and a run that is abandoned comes back here. */
#ifndef NO_GATE_H
#define NO_GATE_H

#include "run.h"

#include <setjmp.h>

/* Where tbx_abandon goes. */
extern jmp_buf *no_gate_end;

/* What stands for the sandboxed code of every run: true when it returns, with run->result; false
 * after a fault, with run->machine_fault. Null: nothing may be entered. */
typedef bool no_gate_code(struct tbx_run *run, uint64_t entry, const tbx_arguments *arguments);
extern no_gate_code *no_gate_inside;

/* Numbers of host calls that are not Linux's (docs/abi.md). */
enum { CALL_SETJMP = 0x10001, CALL_LONGJMP = 0x10002 };

/* A host call, as the gate carries it out. */
long no_gate_call(struct tbx_run *run, const struct tbx_host_request *request);

#endif
