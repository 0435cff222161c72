/*
 * One run of sandboxed code on one thread: the machine state that the gate (gate.S) keeps while the
 * other side runs.
 */
#ifndef TBX_RUN_H
#define TBX_RUN_H

/* Offsets in struct tbx_run, for gate.S. */
#define RUN_GUEST_RSP 0
#define RUN_GUEST_RBX 8
#define RUN_GUEST_RBP 16
#define RUN_GUEST_R12 24
#define RUN_GUEST_R13 32
#define RUN_GUEST_R14 40
#define RUN_GUEST_R15 48
#define RUN_HOST_RSP 56
#define RUN_GUEST_MXCSR 64
#define RUN_HOST_MXCSR 68
#define RUN_GUEST_FCW 72
#define RUN_HOST_FCW 74
#define RUN_INSIDE 76
#define RUN_KEEPS_REGISTERS 77
#define RUN_RESULT_INTEGER 80
#define RUN_RESULT_REAL 88

/* Offsets in tbx_arguments. */
#define ARGUMENTS_REAL_COUNT 0
#define ARGUMENTS_INTEGERS 8
#define ARGUMENTS_REALS 56

/* Bits of tbx_gate_features. */
#define GATE_AVX 1
#define GATE_AVX512 2

/* MXCSR and the x87 control word that a program starts with (System V ABI): all exceptions masked.
 */
#define GATE_START_MXCSR 0x1F80
#define GATE_START_FCW 0x037F

/* In the x87 control word: all exceptions masked. */
#define GATE_MASKED_EXCEPTIONS 0x3F

#ifndef __ASSEMBLER__

#include "tmebox.h"

#include <signal.h>

/* What a signal handler saw when it ended a run; read after the run. */
struct tbx_machine_fault {
    int signal; /* 0: none */
    int code;
    uint64_t address, instruction, stack_pointer, trap, error;
    bool is_foreign; /* the address is that of a cache line of another key */
};

/* The signal mask before a run that changed it. */
struct tbx_held_signals {
    sigset_t mask;    /* of the thread before */
    bool was_pending; /* a SIGPIPE or SIGXFSZ of the host waited already */
};

struct tbx_run {
    /* The sandbox's registers while the host works for it. Host calls may change them (longjmp). */
    uint64_t guest_rsp, guest_rbx, guest_rbp, guest_r12, guest_r13, guest_r14, guest_r15;
    uint64_t host_rsp; /* where host calls run and the run returns */
    uint32_t guest_mxcsr, host_mxcsr;
    uint16_t guest_fcw, host_fcw;
    volatile uint8_t
        inside; /* 1 from the last instructions before sandboxed code to the first ones after it */
    uint8_t keeps_registers; /* the sandbox may see what the host left in vector registers */

    tbx_result result; /* what the entered function returned */

    volatile sig_atomic_t
        time_is_up;     /* set by the timer while host code runs; the next check ends the run */
    bool sandbox_ended; /* a run inside a host call of this one ended the sandbox; end says how */
    bool holds_signals; /* SIGPIPE and SIGXFSZ wait until the run has ended */
    struct tbx_sandbox *sandbox;
    struct tbx_run *outer; /* the run whose host call started this one, on the same thread */
    unsigned depth;        /* how many runs are around this one */
    struct tbx_native_stack *stack;
    tbx_outcome *outcome; /* the caller's; written when the run does not end by returning. Runs
                             inside may have the same one */
    tbx_outcome end;
    struct tbx_held_signals held;
    struct tbx_machine_fault machine_fault;
};

/* The innermost run of this thread; null outside. Read by the gate and by signal handlers. */
extern _Thread_local struct tbx_run *tbx_current __attribute__((tls_model("initial-exec")));

/* Which vector registers the gate clears; set once before the first run. */
extern uint8_t tbx_gate_features;

/*
 * Enters sandboxed code at the address `entry` with its first arguments in registers, rsp =
 * run->guest_rsp, every other register zero. True when that code returned, with run->result; false
 * when something called tbx_abandon. `run` is tbx_current and GS is the sandbox's.
 */
bool tbx_enter(struct tbx_run *run, uint64_t entry, const tbx_arguments *arguments);

/* The address that the gate slot holds: where sandboxed code leaves for a host call. Never called
 * from C. */
void tbx_gate(void);

/* Ends the current run wherever it is: makes its tbx_enter return false. The outcome was stored
 * before. */
_Noreturn void tbx_abandon(void);

/* Leaves nothing in the x87 unit of what the host did with it, as tbx_enter does. The calls that
 * this library answers itself do not use it. */
void tbx_forget_x87(void);

/* A host call as it arrives from the sandbox: all hostile. The gate pushes it in this order. */
struct tbx_host_request {
    uint64_t number;
    uint64_t arguments[6];
};

/*
 * Runs the sandboxed function at the offset `entry` of the code window to its end, on run->stack.
 * Sandbox, stack and outcome are set, the sandbox is entered by this thread. run->result is that of
 * the function if the outcome is TBX_RETURNED; any other outcome has ended the sandbox.
 */
void tbx_run_start(struct tbx_run *run, uint32_t entry, const tbx_arguments *arguments);

/* Takes a native stack for the run from those of this thread. False and a message when there is
 * none, or when too many runs are around this one. */
bool tbx_run_take_stack(struct tbx_run *run, tbx_error *error);

/* After a function of the host that the sandbox of `run` has called: the machine is the run's
 * again, and so is its outcome, whatever the function left. */
void tbx_run_resume(struct tbx_run *run);

/* Runs the image from its entry, once a sandbox. False and a message when it cannot start. */
bool tbx_run_program(struct tbx_run *run, int argc, const char *const *argv, tbx_error *error);

/* Carries out a host call; called by the gate on the host's stack. */
long tbx_dispatch(struct tbx_run *run, const struct tbx_host_request *request);

#endif
#endif
