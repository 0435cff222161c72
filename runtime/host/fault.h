/* From what a signal handler saw to what a reader wants to know. */
#ifndef TBX_FAULT_H
#define TBX_FAULT_H

#include "run.h"

/* Turns the run's machine fault into its outcome. After the run; reads the sandbox's memory only
 * where it is mapped. */
void tbx_fault_classify(struct tbx_run *run);

/* Ends the run from inside a host call: longjmp or setjmp with the jmp_buf at `offset` cannot be
 * honoured. */
_Noreturn void tbx_fault_jump_buffer(struct tbx_run *run, uint32_t offset);

/* Ends the run because the program raised the deadly signal `signal` (abort). */
_Noreturn void tbx_fault_raised(struct tbx_run *run, int signal);

#endif
