// State that a program keeps in its own memory and can forge: jmp_buf, va_list, formats.
// LEVELS: -O0 -O2
#include "../attack.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static jmp_buf buffer;
static volatile uint64_t sink;

// A buffer that no setjmp ever filled: all fields the gadget's address.
ATTACK(jmp_buf_of_addresses, "jump-buffer", "no control: what a native jmp_buf holds is mangled") {
    for (size_t i = 0; i < sizeof buffer / sizeof(uintptr_t); i++)
        ((uintptr_t *)&buffer)[i] = target.load_gadget;
    armed();
    longjmp(buffer, 1);
}

// Every number that could be a valid one.
ATTACK(jmp_buf_guessed, "jump-buffer", "no control: natively it crashes") {
    memset(&buffer, 0, sizeof buffer);
    armed();
    longjmp(buffer, 1);
}

// One that was valid, of a function that has returned.
NOINLINE static int set(volatile int depth) {
    return depth > 0 ? set(depth - 1) + depth : setjmp(buffer);
}

ATTACK(jmp_buf_of_dead_function, "jump-buffer|held|exit 5",
       "no control: natively it depends on the stack") {
    if (set(10) != 55)
        exit(5);
    armed();
    longjmp(buffer, 1);
}

// The same, from a deeper stack than it was set on, so that other frames lie where it points.
NOINLINE static void jump_from(int depth, volatile int *above) {
    volatile int local[32] = {depth};
    if (depth > 0)
        jump_from(depth - 1, local);
    else
        longjmp(buffer, 1 + local[0] + above[0] % 1);
    sink += (unsigned)local[1];
}

ATTACK(jmp_buf_under_deeper_frames, "contained", "no control: natively it depends on the stack") {
    static volatile int times;
    if (set(2) != 3 && ++times > 3)
        return;
    armed();
    volatile int first[1] = {0};
    jump_from(40, first);
}

// The host's setjmp by its number, from a function that no compiler knows to return twice.
enum { CALL_SETJMP = 0x10001, CALL_LONGJMP = 0x10002 };

NOINLINE static long set_by_number(uint64_t *place) {
    volatile uint64_t local[4] = {1, 2, 3, 4};
    long result = syscall(CALL_SETJMP, place, place + 8, place + 16);
    return result + (long)local[0];
}

ATTACK(setjmp_by_number, "contained", "no control: Linux has no such call") {
    static uint64_t place[64];
    static volatile int times;
    armed();
    long result = set_by_number(place);
    leak(&result, sizeof result);
    if (++times < 4)
        syscall(CALL_LONGJMP, place, 0xEEEEEEEE00000001);
}

// It writes back the data stack pointer: to the host, and as one.
ATTACK(setjmp_writes_to_the_host, "contained", "no control: Linux has no such call") {
    static uint64_t place[64];
    static volatile int times;
    armed();
    syscall(CALL_SETJMP, place, 0xEEEEEEEEEEEEEEEE, target.host);
    if (++times < 3)
        syscall(CALL_LONGJMP, place, 1L);
}

// The buffer itself in the host.
ATTACK(jmp_buf_in_the_host, "contained", "no control: Linux has no such call") {
    armed();
    EACH_VICTIM(address) {
        syscall(CALL_SETJMP, address, address, address);
    }
    syscall(CALL_LONGJMP, target.host, 1L);
}

// More buffers than the host keeps.
ATTACK(jmp_buf_flood, "contained", "no control: natively nothing is kept") {
    static jmp_buf many[70000];
    armed();
    for (int i = 0; i < 70000; i++)
        if (setjmp(many[i]) != 0)
            return;
    longjmp(many[5], 1);
}

// --- Arguments that a function takes without knowing them ---

struct list {
    uint32_t gp_offset, fp_offset;
    uintptr_t overflow, saved;
};

NOINLINE static void take(const struct list *forged, ...) {
    va_list list;
    va_start(list, forged);
    memcpy(&list, forged, sizeof *forged);
    for (size_t i = 0; i < SECRET_SIZE / 8; i++) {
        uint64_t got = va_arg(list, uint64_t);
        leak(&got, sizeof got);
    }
    va_end(list);
}

#define LISTS(name, ...)                                                                           \
    ATTACK(name, "contained") {                                                                    \
        EACH_VICTIM(address) {                                                                     \
            struct list forged = __VA_ARGS__;                                                      \
            armed();                                                                               \
            take(&forged, 1, 2, 3);                                                                \
        }                                                                                          \
    }

LISTS(va_list_overflow_area, {48, 176, address, 0})
LISTS(va_list_save_area, {0, 48, 0, address})
LISTS(va_list_offset, {41, 176, address + 1, address - 41})
LISTS(va_list_null_and_offset, {(uint32_t)-8, 176, address, address + 8 - (uint32_t)-8})

// A list that says where to write: the format's %n.
NOINLINE static void print(const char *format, ...) {
    va_list list;
    va_start(list, format);
    vprintf(format, list);
    va_end(list);
    fflush(stdout);
}

ATTACK(va_list_copied_from_host, "contained", "no control: the control's host has no list") {
    va_list list;
    armed();
    memcpy(&list, (void *)target.run, sizeof list);
    for (int i = 0; i < 16; i++)
        sink += va_arg(list, uint64_t);
}

// More taken than was passed: what lies behind the arguments.
NOINLINE static void take_many(int count, ...) {
    va_list list;
    va_start(list, count);
    for (int i = 0; i < count; i++) {
        uint64_t got = va_arg(list, uint64_t);
        leak(&got, sizeof got);
    }
    va_end(list);
}

ATTACK(variadic_reads_beyond, "contained", "no control: a native stack has no secret here") {
    armed();
    take_many(4096, 1, 2);
}

// A variadic function called as one that is not, and the other way round.
ATTACK(variadic_mismatch, "contained", "no control: a native stack has no secret here") {
    void (*volatile plain)() = (void (*)())take_many;
    void (*volatile variadic)(int, ...) = (void (*)(int, ...))(void *)memcpy;
    armed();
    ((void (*)(int))plain)(64);
    variadic((int)sink, target.host, SECRET_SIZE);
}

// --- Format strings ---

#define FORMATS(name, ...)                                                                         \
    ATTACK(name, "contained") {                                                                    \
        EACH_VICTIM(address) {                                                                     \
            armed();                                                                               \
            print(__VA_ARGS__);                                                                    \
        }                                                                                          \
    }

FORMATS(format_reads, "%.64s\n", address)
FORMATS(format_writes, "%1234d%n\n", 5, address)
FORMATS(format_writes_bytes, "%77d%hhn\n", 5, address + 3)
FORMATS(format_by_position, "%2$.64s%1$d\n", 5, address)

ATTACK(format_walks_the_stack, "contained", "no control: a native stack has no secret here") {
    armed();
    print("%p %p %p %p %p %p %p %p %p %p %p %p %p %p %p %p %p %p %p %p %p %p %p %p\n");
    print("%1$s %200$s %400$p\n", "one");
}

ATTACK(scanf_writes, "contained") {
    EACH_VICTIM(address) {
        armed();
        sscanf("1234567890123456789 text", "%lu %s", (unsigned long *)address,
               (char *)address + 16);
    }
}
