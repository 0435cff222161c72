/* The process that is single-stepped, by ptrace. */
#ifndef TRACED_H
#define TRACED_H

#include "observer.h"

#include <sys/ptrace.h>
#include <sys/types.h>
#include <sys/user.h>

/* In the child: the parent traces it from now on. Exits when that cannot be. */
void traced_begin(void);

/* Waits for the first stop of a child; exits when it ends before. */
void traced_wait(pid_t child);

struct user_regs_struct traced_registers(pid_t child);
struct machine traced_machine(pid_t child);

/* Sets registers, flags and rip; the rest is `rest`. */
void traced_set_machine(pid_t child, const struct user_regs_struct *rest,
                        const struct machine *machine);

/* Goes on as `request` says, with a signal or without; the signal that stops it, or -1 at its end.
 */
int traced_go_on(pid_t child, enum __ptrace_request request, int signal);

/* Tells the observer of a fault with this signal. */
void traced_observe_fault(pid_t child, int signal, struct observer *observer);

#endif
