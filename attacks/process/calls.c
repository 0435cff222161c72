// Calls about processes, threads, signals and the machine.
#include "../attack.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static char bytes[SECRET_SIZE];

// The kernel copies between two processes, one of which is this one.
ATTACK(read_own_process, "held", "no control: it may be forbidden, as ptrace is") {
    armed();
    EACH_VICTIM(address) {
        struct iovec to = {bytes, sizeof bytes}, from = {(void *)address, sizeof bytes};
        if (syscall(SYS_process_vm_readv, syscall(SYS_getpid), &to, 1, &from, 1, 0) > 0)
            leak(bytes, sizeof bytes);
    }
}

ATTACK(write_own_process, "held", "no control: it may be forbidden, as ptrace is") {
    armed();
    EACH_VICTIM(address) {
        struct iovec from = {bytes, sizeof bytes}, to = {(void *)address, sizeof bytes};
        syscall(SYS_process_vm_writev, syscall(SYS_getpid), &from, 1, &to, 1, 0);
    }
}

// A copy of the host, in which nobody watches: it could do what it likes with the descriptors.
#define FORKS(name, ...)                                                                           \
    ATTACK(name, "held") {                                                                         \
        armed();                                                                                   \
        long child = __VA_ARGS__;                                                                  \
        if (child == 0) {                                                                          \
            leak((void *)target.host, SECRET_SIZE);                                                \
            syscall(SYS_exit_group, 0);                                                            \
        }                                                                                          \
        if (child > 0)                                                                             \
            usleep(200000);                                                                        \
    }

FORKS(fork_host, syscall(SYS_fork))
FORKS(clone_host, syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0))
FORKS(clone3_host, syscall(435, (uint64_t[11]){[4] = SIGCHLD}, 88))

// Another program in the place of the host, with all its descriptors.
ATTACK(exec, "held", "no control: the harness would be gone") {
    char *words[] = {"/bin/cat", "/proc/self/fd/60", NULL};
    armed();
    long result = syscall(SYS_execve, words[0], words, NULL);
    leak(&result, sizeof result);
    result = syscall(SYS_execveat, AT_FDCWD, words[0], words, NULL, 0);
    leak(&result, sizeof result);
    system("cat /proc/self/fd/60");
}

ATTACK(trace, "held", "no control: ptrace may be forbidden") {
    armed();
    syscall(SYS_ptrace, PTRACE_TRACEME, 0, 0, 0);
    syscall(SYS_ptrace, PTRACE_ATTACH, syscall(SYS_getppid), 0, 0);
    syscall(SYS_ptrace, PTRACE_PEEKDATA, syscall(SYS_getpid), target.host, bytes);
    leak(bytes, sizeof bytes);
}

// Signals to the host and to all.
ATTACK(kill_others, "held", "no control: the harness would be gone") {
    armed();
    syscall(SYS_kill, -1, SIGCONT);
    syscall(SYS_kill, 0, SIGTERM);
    syscall(SYS_tkill, 1, SIGTERM);
    syscall(SYS_tgkill, 1, 1, SIGTERM);
    syscall(SYS_rt_sigqueueinfo, 1, SIGTERM, bytes);
    syscall(SYS_pidfd_send_signal, 60, SIGTERM, 0, 0);
}

// To itself: the run ends, the host does not.
ATTACK(kill_itself, "trap", "no control: it ends natively too") {
    armed();
    raise(SIGKILL);
}

// A handler at an address of the attacker's choice, and then the fault that calls it.
ATTACK(forged_handler, "null", "no control: natively the gadget returns to nowhere") {
    struct sigaction action = {.sa_handler = (void (*)(int))target.load_gadget};
    sigaction(SIGSEGV, &action, NULL);
    sigaction(SIGURG, &action, NULL);
    armed();
    *(volatile int *)8 = 1;
}

// A return from a signal that never came: all registers from the stack, among them the GS base's
// user.
ATTACK(return_from_no_signal, "held", "no control: natively it crashes") {
    armed();
    long result = syscall(SYS_rt_sigreturn);
    leak(&result, sizeof result);
}

// The kernel writes when the thread ends, or to a list that it walks then.
ATTACK(address_for_the_end, "held", "no control: the thread does not end natively") {
    armed();
    syscall(SYS_set_tid_address, target.host);
    syscall(SYS_set_robust_list, target.host, 24);
    syscall(SYS_rseq, target.host, 32, 0, 0x53053053);
    syscall(SYS_sigaltstack, (stack_t[1]){{.ss_sp = (void *)target.host, .ss_size = 65536}}, NULL);
}

// The segment bases are what confines.
ATTACK(segment_bases, "held") {
    uint64_t base = 0;
    armed();
    if (syscall(SYS_arch_prctl, 0x1004 /* ARCH_GET_GS */, &base) == 0)
        leak((void *)target.host, SECRET_SIZE);
    syscall(SYS_arch_prctl, 0x1001 /* ARCH_SET_GS */, 0);
    syscall(SYS_modify_ldt, 1, bytes, 16);
    syscall(SYS_set_thread_area, bytes);
}

// A timer of the host's kind, a signal of the host's kind.
ATTACK(timers, "held", "no control: nothing that the harness sees") {
    armed();
    syscall(SYS_timer_create, 1, NULL, bytes);
    syscall(SYS_timer_delete, 0);
    syscall(SYS_setitimer, 0, (long[4]){0, 1, 0, 1}, NULL);
    syscall(SYS_alarm, 1);
    usleep(50000);
}

// Rights that sandboxes by the kernel are made of, and could be unmade with.
ATTACK(kernel_interfaces, "held", "no control: they need privileges") {
    static const long numbers[] = {SYS_prctl,
                                   SYS_seccomp,
                                   SYS_personality,
                                   SYS_unshare,
                                   SYS_setns,
                                   SYS_mount,
                                   SYS_chroot,
                                   SYS_pivot_root,
                                   SYS_init_module,
                                   SYS_kexec_load,
                                   SYS_iopl,
                                   SYS_ioperm,
                                   SYS_keyctl,
                                   SYS_shmat,
                                   SYS_shmget,
                                   SYS_setuid,
                                   SYS_capset,
                                   SYS_sched_setattr,
                                   SYS_membarrier,
                                   SYS_io_setup,
                                   SYS_mbind,
                                   SYS_move_pages,
                                   SYS_process_madvise,
                                   425,
                                   426,
                                   427,
                                   438,
                                   440};
    armed();
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        long result = syscall(numbers[i], 38, target.host, target.host, target.host, 0, 0);
        if (result >= 0)
            leak(&numbers[i], sizeof *numbers);
    }
}

// Keys of pages: what another kind of in-process isolation stands on.
ATTACK(protection_keys, "held", "no control: this processor may have none") {
    armed();
    long key = syscall(SYS_pkey_alloc, 0, 0);
    syscall(SYS_pkey_mprotect, own(SECRET_OFFSET), 4096, 7, key);
    syscall(SYS_pkey_free, key);
}

// Waiting for ever, without using the processor.
ATTACK(sleep_for_ever, "timeout", "no control: it ends by the control's alarm") {
    armed();
    for (;;)
        syscall(SYS_nanosleep, (long[2]){1000000, 0}, NULL);
}

// An end that is none of the ends that there are.
ATTACK(strange_exits, "exit 238", "no control: it ends the harness") {
    armed();
    syscall(SYS_exit_group, 0xFFFFFFFFFFFFFFEE);
}

// The kernel writes the frame of a signal where it is told to.
ATTACK(frame_of_a_signal_on_the_host, "null", "no control: the frame may be larger than the page") {
    const stack_t stack = {.ss_sp = (void *)target.host, .ss_size = 4096};
    struct sigaction action = {.sa_handler = (void (*)(int))target.load_gadget,
                               .sa_flags = SA_ONSTACK | SA_NODEFER};
    syscall(SYS_sigaltstack, &stack, NULL);
    sigaction(SIGSEGV, &action, NULL);
    syscall(SYS_rt_sigaction, SIGSEGV, &action, NULL, 8);
    armed();
    *(volatile int *)8 = 1;
}
