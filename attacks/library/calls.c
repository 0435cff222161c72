// Calls that do not end, end badly, or lead the host into itself.
#include "../library.h"

#ifdef GUEST

#include <setjmp.h>
#include <stdlib.h>
#include <unistd.h>

static jmp_buf place;

/* As a comparison that calls the host's sort that called it. */
static long call_back(long depth) {
    if (depth == 0)
        armed();
    return act(depth + 1, 0) + 1;
}
EXPORT(call_back)

static long never_return(void) {
    armed();
    for (volatile long i = 0;; i++)
        continue;
    return 0;
}
EXPORT(never_return)

static long leave(void) {
    armed();
    exit(3);
    return 0;
}
EXPORT(leave)

static long fault(void) {
    armed();
    *(volatile char *)8 = 1;
    return 0;
}
EXPORT(fault)

enum { CHANGE, TELL };

/* Asks the host for something, and tells it then what it finds at an address of its own: by way of
 * memory, and word by word in registers. */
static long act_and_read(uintptr_t own) {
    armed();
    act(CHANGE, (long)own);
    const volatile long *words = (const volatile long *)own;
    for (int i = 0; i < SECRET_SIZE / 8; i++)
        act(TELL, words[i]);
    leak((const void *)own, SECRET_SIZE);
    return 5;
}
EXPORT(act_and_read)

static NOINLINE long keep_place(void) {
    return setjmp(place);
}

static long set(void) {
    return keep_place();
}
EXPORT(set)

static long jump(void) {
    armed();
    longjmp(place, 7);
    return 0;
}
EXPORT(jump)

/* Into the frame of the call around this one, over the host's own frames. */
static long set_and_act(void) {
    if (setjmp(place) != 0)
        return 1;
    return act(0, 0);
}
EXPORT(set_and_act)

#else

#include <asm/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static uint64_t call_again(struct box *box, uint64_t depth, uint64_t unused) {
    (void)unused;
    return call(box, "call_back", depth, 0, 0);
}

// The host's stack is used up by calls around calls.
ATTACK(endless_calls_back, "held") {
    host_act = call_again;
    call(attacker(), "call_back", 0, 0, 0);
}

ATTACK(endless_call, "timeout", "no control: it ends by the control's alarm") {
    call(attacker(), "never_return", 0, 0, 0);
}
ATTACK(exit_of_a_library, "exit", "no control: it ends the control") {
    call(attacker(), "leave", 0, 0, 0);
}

static uint64_t call_and_fault(struct box *box, uint64_t a, uint64_t b) {
    call(box, "fault", a, b, 0);
    return 0;
}

// A fault in a call within a call, when the host is busy in between.
ATTACK(fault_in_a_call_back, "null", "no control: it ends the control") {
    host_act = call_and_fault;
    call(attacker(), "set_and_act", 0, 0, 0);
}

enum { CHANGE, TELL };

static uint64_t (*change)(struct box *box, uint64_t own);

static uint64_t change_or_tell(struct box *box, uint64_t what, uint64_t value) {
    if (what == CHANGE)
        return change(box, value);
    show(&value, sizeof value);
    return 0;
}

static void let_it_read(uint64_t own, uint64_t (*what)(struct box *box, uint64_t own)) {
    change = what;
    host_act = change_or_tell;
    call(attacker(), "act_and_read", own, 0, 0);
}

static uint64_t allocate_page(struct box *box) {
    return (allocate(box, 3 * SECRET_PAGE) + SECRET_PAGE - 1) & ~(uint64_t)(SECRET_PAGE - 1);
}

static uint64_t free_and_give_away(struct box *box, uint64_t own) {
    destroy(box);
    make(box);
    (void)own;
    plant("next client", memory(box, allocate_page(box), SECRET_PAGE));
    return 0;
}

// The library has the host close its session; the next one is made at its place while the call goes
// on.
ATTACK(freed_in_its_own_call, "held", "no control: memory has no owner there") {
    let_it_read(allocate_page(attacker()), free_and_give_away);
}

static uint64_t leave_gs(struct box *box, uint64_t own) {
    (void)box, (void)own;
    return (uint64_t)syscall(SYS_arch_prctl, ARCH_SET_GS,
                             tbx_sandbox_window_base(sandbox_of(neighbour())));
}

// A function of the host that used GS for something else, and left it so.
ATTACK(gs_base_of_another, "held|unmapped", "no control: there is no window") {
    let_it_read((uint32_t)neighbour_secret(), leave_gs);
    syscall(SYS_arch_prctl, ARCH_SET_GS, 0);
}

static uint64_t call_the_neighbour(struct box *box, uint64_t own) {
    (void)box, (void)own;
    return call(neighbour(), "twice", 4, 0, 0);
}

// The window of a call in between must not stay.
ATTACK(gs_base_of_a_nested_call, "held|unmapped", "no control: there is no window") {
    let_it_read((uint32_t)neighbour_secret(), call_the_neighbour);
}

static uint64_t do_nothing(struct box *box, uint64_t own) {
    (void)box, (void)own;
    return 0;
}

// And one after the other: each time with an address that is memory in both.
ATTACK(gs_base_of_an_earlier_call, "held|unmapped", "no control: there is no window") {
    call(neighbour(), "twice", 4, 0, 0);
    let_it_read((uint32_t)neighbour_secret(), do_nothing);
}

// A place of a call that is over.
ATTACK(jump_into_an_ended_call, "jump-buffer", "no control: undefined") {
    call(attacker(), "set", 0, 0, 0);
    call(attacker(), "jump", 0, 0, 0);
}

static uint64_t call_and_jump(struct box *box, uint64_t a, uint64_t b) {
    return call(box, "jump", a, b, 0);
}

// Over the frames of the host's function, which would never end.
ATTACK(jump_over_the_host, "jump-buffer",
       "no control: it skips frames of the host, which is not seen") {
    host_act = call_and_jump;
    call(attacker(), "set_and_act", 0, 0, 0);
}

#endif
