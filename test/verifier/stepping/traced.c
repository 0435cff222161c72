#include "traced.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

void traced_begin(void) {
    if (ptrace(PTRACE_TRACEME, 0, 0, 0) != 0)
        _exit(127);
}

void traced_wait(pid_t child) {
    int status;
    if (waitpid(child, &status, 0) != child || !WIFSTOPPED(status)) {
        fprintf(stderr, "the program cannot be traced\n");
        exit(2);
    }
    ptrace(PTRACE_SETOPTIONS, child, 0, PTRACE_O_EXITKILL);
}

struct user_regs_struct traced_registers(pid_t child) {
    struct user_regs_struct registers;
    if (ptrace(PTRACE_GETREGS, child, 0, &registers) != 0)
        die("PTRACE_GETREGS");
    return registers;
}

struct machine traced_machine(pid_t child) {
    struct user_regs_struct r = traced_registers(child);
    return (struct machine){
        .registers = {r.rax, r.rcx, r.rdx, r.rbx, r.rsp, r.rbp, r.rsi, r.rdi, r.r8, r.r9, r.r10,
                      r.r11, r.r12, r.r13, r.r14, r.r15},
        .rip = r.rip,
        .flags = r.eflags,
        .gs_base = r.gs_base,
    };
}

void traced_set_machine(pid_t child, const struct user_regs_struct *rest,
                        const struct machine *machine) {
    struct user_regs_struct to = *rest;
    const uint64_t *r = machine->registers;
    to.rax = r[0], to.rcx = r[1], to.rdx = r[2], to.rbx = r[3];
    to.rsp = r[4], to.rbp = r[5], to.rsi = r[6], to.rdi = r[7];
    to.r8 = r[8], to.r9 = r[9], to.r10 = r[10], to.r11 = r[11];
    to.r12 = r[12], to.r13 = r[13], to.r14 = r[14], to.r15 = r[15];
    to.rip = machine->rip;
    to.eflags = machine->flags;
    to.orig_rax = (uint64_t)-1; /* no system call is to be restarted */
    if (ptrace(PTRACE_SETREGS, child, 0, &to) != 0)
        die("PTRACE_SETREGS");
}

int traced_go_on(pid_t child, enum __ptrace_request request, int signal) {
    int status;
    if (ptrace(request, child, 0, signal) != 0 || waitpid(child, &status, 0) != child)
        die("ptrace");
    return WIFSTOPPED(status) ? WSTOPSIG(status) : -1;
}

/* Memory faults have the address that was not accessible; others, and what is not canonical, have
 * none. */
void traced_observe_fault(pid_t child, int signal, struct observer *observer) {
    struct machine machine = traced_machine(child);
    siginfo_t information;
    if (ptrace(PTRACE_GETSIGINFO, child, 0, &information) != 0)
        die("PTRACE_GETSIGINFO");
    if ((signal == SIGSEGV || signal == SIGBUS) && information.si_code != SI_KERNEL)
        observer_fault(observer, &machine, (uint64_t)(uintptr_t)information.si_addr);
}
