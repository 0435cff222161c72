// Function pointers that lead where no function begins.
// LEVELS: -O0 -O2
#include "../attack.h"

#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

typedef uint64_t load_function(uintptr_t);
typedef long call_function(long, const void *, size_t, ...);

// Bytes in the midst of an instruction: `mov (%rdi),%rax; ret` and `push $1; pop %rax; syscall;
// ret`.
NOINLINE static uint64_t holds_a_load(uint64_t x) {
    return x ^ 0x90909090c3078b48;
}

NOINLINE static uint64_t holds_a_call(uint64_t x) {
    return x ^ 0x9090c3050f58016a;
}

static volatile uint64_t keep;

static void keep_gadgets(void) {
    keep = holds_a_load(keep) + holds_a_call(keep);
}

static void load_with(volatile uintptr_t function) {
    uint64_t got[SECRET_SIZE / 8];
    EACH_VICTIM(address) {
        for (size_t i = 0; i < SECRET_SIZE / 8; i++)
            got[i] = ((load_function *)function)(address + 8 * i);
        leak(got, sizeof got);
    }
}

// Into the middle of an instruction, whose bytes are an unconfined load.
ATTACK(middle_of_an_instruction, "contained") {
    keep_gadgets();
    armed();
    load_with(target.load_gadget);
}

// The same by way of a pointer that is an address in the host: the code window's.
ATTACK(code_by_host_address, "contained", "no control: natively there is one address only") {
    keep_gadgets();
    armed();
    load_with(target.code_window + target.load_gadget);
}

// Bytes that are a system call: write(1, secret, 64).
ATTACK(hidden_system_call, "contained") {
    keep_gadgets();
    armed();
    volatile uintptr_t function = target.call_gadget;
    EACH_VICTIM(address) {
        ((call_function *)function)(1, (const void *)address, SECRET_SIZE);
    }
}

// The host's entry for host calls, entered with registers of the attacker's choice.
ATTACK(the_gate, "contained", "no control: the control has no gate") {
    armed();
    volatile uintptr_t function = target.gate;
    ((call_function *)function)(1, (const void *)1, target.host, SECRET_SIZE);
}

static unsigned char shell_code[] = {0x48, 0x8b, 0x07, 0xc3};

// To data that the attacker wrote.
ATTACK(to_data, "contained", "no control: data is not executable natively") {
    armed();
    load_with((uintptr_t)shell_code);
}

// To data on the host's side: the secret as code.
ATTACK(to_the_host, "contained", "no control: data is not executable natively") {
    armed();
    load_with(target.host);
}

// To the native stack.
ATTACK(to_the_native_stack, "contained", "no control: data is not executable natively") {
    armed();
    load_with(target.native_stack - 64);
}

static uint64_t harmless(uintptr_t x) {
    return x;
}

// Every byte behind the start of a function and of its entry in the table.
ATTACK(near_a_function, "contained", "no control: it would crash at the first byte") {
    load_function *volatile function = harmless;
    static jmp_buf back;
    armed();
    for (volatile int i = 1; i < 8; i++)
        if (setjmp(back) == 0)
            leak(&i, ((load_function *)((uintptr_t)function + (unsigned)i))(target.host) == 0);
}

// Around the ends of the table: the last entries, and what would lie behind it.
ATTACK(behind_the_table, "contained", "no control: natively there is no table") {
    load_function *volatile function = harmless;
    armed();
    load_with((uintptr_t)function + (1 << 20));
}

// Before the table.
ATTACK(before_the_table, "contained", "no control: natively there is no table") {
    load_function *volatile function = harmless;
    armed();
    load_with((uintptr_t)function - (1 << 12));
}

// All ones, and the largest positive number.
ATTACK(extreme_pointers, "contained", "no control: it crashes natively") {
    armed();
    load_with(UINTPTR_MAX);
    load_with(INTPTR_MAX);
}

// Null, through which a call must trap.
ATTACK(null_pointer, "not-code", "no control: it crashes natively") {
    armed();
    load_with(0);
}

struct object {
    char name[16];
    load_function *method;
};

// A buffer overflow into the function pointer behind it.
ATTACK(overflow_into_a_pointer, "contained") {
    keep_gadgets();
    struct object *objects = calloc(2, sizeof *objects);
    objects[0].method = harmless;
    unsigned char name[24] = "0123456789abcdef";
    memcpy(name + 16, &target.load_gadget, 8);
    memcpy(objects[0].name, name, *(volatile size_t *)&(size_t){sizeof name});
    armed();
    load_with((uintptr_t)objects[0].method);
}

// A method of an object that was freed and given out again, with other contents.
ATTACK(use_after_free, "contained") {
    keep_gadgets();
    struct object *volatile dangling = malloc(sizeof *dangling);
    dangling->method = harmless;
    free(dangling);
    struct object *fresh = malloc(sizeof *fresh);
    memset(fresh, 0, sizeof *fresh);
    fresh->method = (load_function *)target.load_gadget;
    armed();
    load_with((uintptr_t)dangling->method);
    load_with((uintptr_t)fresh->method);
}

// Objects with tables of methods, one of them forged in data.
struct class_table {
    load_function *load;
};
struct instance {
    const struct class_table *class;
};

ATTACK(forged_method_table, "contained") {
    keep_gadgets();
    struct class_table forged = {(load_function *)target.load_gadget};
    struct instance instance = {&forged};
    uint64_t got[SECRET_SIZE / 8];
    armed();
    for (size_t i = 0; i < SECRET_SIZE / 8; i++)
        got[i] = (*(struct instance *volatile *)&(struct instance *){&instance})
                     ->class->load(target.host + 8 * i);
    leak(got, sizeof got);
}

static int compare_by_gadget(const void *a, const void *b) {
    return a < b;
}

// The library calls back: its comparison is the attacker's.
ATTACK(callback_of_the_library, "contained", "no control: qsort throws the result away") {
    keep_gadgets();
    volatile uintptr_t function = target.load_gadget;
    uint64_t numbers[8] = {3, 1, 2};
    keep += compare_by_gadget(numbers, numbers + 1);
    armed();
    qsort(numbers, 8, 8, (int (*)(const void *, const void *))function);
}

// What runs at the end of the program.
ATTACK(exit_handler, "contained", "no control: the result is thrown away") {
    volatile uintptr_t function = target.call_gadget;
    armed();
    atexit((void (*)(void))function);
    exit(3);
}

// A function called with more arguments than it has, and with fewer: what it finds is the caller's
// stack.
NOINLINE static uint64_t takes_many(uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e,
                                    uint64_t f, uint64_t g, uint64_t h, uint64_t i, uint64_t j) {
    volatile uint64_t all[] = {a, b, c, d, e, f, g, h, i, j};
    leak(all, sizeof all);
    return g + h + i + j;
}

ATTACK(missing_stack_arguments, "contained", "no control: a native stack has no secret here") {
    uint64_t (*volatile function)() = (uint64_t (*)())takes_many;
    armed();
    keep = ((uint64_t (*)(int))function)(1);
}

// It writes to its parameters, which would be the return address and frame of the caller.
NOINLINE static uint64_t writes_parameters(uint64_t a, uint64_t b, uint64_t c, uint64_t d,
                                           uint64_t e, uint64_t f, uint64_t g, uint64_t h,
                                           uint64_t i, uint64_t j) {
    volatile uint64_t *slots[] = {&g, &h, &i, &j};
    for (int n = 0; n < 4; n++)
        *slots[n] = target.load_gadget;
    return a + b + c + d + e + f + g + h + i + j;
}

ATTACK(writes_to_missing_arguments, "contained",
       "no control: what it overwrites differs by compiler") {
    uint64_t (*volatile function)() = (uint64_t (*)())writes_parameters;
    armed();
    for (volatile int i = 0; i < 3; i++)
        keep = ((uint64_t (*)(int))function)(1);
}

// A structure by value where a number was passed.
struct large {
    uint64_t words[32];
};
NOINLINE static uint64_t takes_structure(struct large large) {
    leak(&large, sizeof large);
    memset(&large, 0xEE, sizeof large);
    return large.words[7];
}

ATTACK(structure_for_a_number, "contained") {
    uint64_t (*volatile function)() = (uint64_t (*)())takes_structure;
    armed();
    EACH_VICTIM(address) {
        keep = ((uint64_t (*)(uintptr_t))function)(address);
    }
    load_with(target.load_gadget);
}
