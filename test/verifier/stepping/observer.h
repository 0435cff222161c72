/*
 * Looks at sandboxed code in front of each instruction that is single-stepped. What must hold for
 * every instruction is decided here; states that the claims of the analysis are compared with
 * (records.ts) are written down, for each instruction a few of its visits. What is stepped is
 * hostile: nothing in a register or on its stack is believed.
 */
#ifndef OBSERVER_H
#define OBSERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum { REGISTERS = 16, RAX = 0, RBX = 3, RSP = 4, RBP = 5, RSI = 6, R12 = 12 };

/* The processor in front of an instruction; registers by their numbers in encodings. */
struct machine {
    uint64_t registers[REGISTERS];
    uint64_t rip;
    uint64_t flags;
    uint64_t gs_base;
};

/* What the table says of an instruction (table.ts writes it). */
enum instruction_kind { PLAIN, CALL, RETURN, TRAP };
enum operand_kind { NO_OPERAND, STACK_READ, STACK_WRITE, TABLE_READ };

struct instruction {
    uint32_t offset; /* from the first byte of code */
    uint8_t kind;
    uint8_t is_reached;
    uint8_t operand; /* one that the data flow had to prove */
    uint8_t base, index, scale;
    uint8_t size;
    uint8_t unused;
    int32_t displacement;
    int32_t low,
        high; /* words of the stack that are claimed, from the entry's rsp on; none if low > high */
};

struct table_head {
    uint64_t code_start, code_size; /* offsets in the window where the code runs */
    uint64_t read_only_start, read_only_end;
    uint64_t count;   /* of instructions, which follow */
    uint64_t samples; /* visits of each that are written down in any case */
    uint64_t most_steps;
};

/* A call that has not returned. */
struct activation {
    uint64_t entry; /* rsp at its entry */
    uint64_t back;  /* the return address there */
    uint64_t registers[REGISTERS];
};

/* What is written; records.ts reads it. */
enum record_type { RECORD_STATE = 1, RECORD_PROBLEM, RECORD_END };
enum problem {
    NO_INSTRUCTION = 1, /* detail: where control is */
    NOT_REACHED,
    STACK_POINTER,
    STACK_ACCESS, /* detail: the address */
    TABLE_ACCESS,
    RETURN_ADDRESS, /* detail: what stands there */
    NOT_AS_ENTERED,
    GS_BASE,
    DIRECTION_FLAG,
    LEFT_THE_CODE, /* detail: where control is */
    FAULT_OUTSIDE, /* detail: the address */
};

struct record {
    uint64_t type;
    uint64_t instruction; /* for a problem the one before, as far as there is one */
    uint64_t detail;      /* a problem; how it ended */
    uint64_t value;
    uint64_t flags;
    uint64_t code_base;
    uint64_t entry;
    uint64_t words_at, word_count; /* words of the stack follow */
    uint64_t registers[REGISTERS];
    uint64_t entry_registers[REGISTERS];
};

struct observer {
    struct table_head head;
    struct instruction *instructions;
    int32_t *at; /* instruction by offset, or -1 */
    uint64_t *visits;
    /* Reads the stack of what is stepped; how many bytes. */
    size_t (*read)(void *context, uint64_t address, void *to, size_t size);
    void *context;
    FILE *output;
    struct activation *activations;
    size_t depth, capacity;
    int64_t last;  /* the instruction before, or -1 */
    bool is_entry; /* it is the first of the newest activation */
    uint64_t code_base, gs_base;
    uint64_t argument_end;    /* of the first activation */
    uint64_t steps, problems; /* since it was entered */
};

/* Reads a table; exits when it cannot. */
void observer_open(struct observer *observer, const char *table, const char *output);

/* Sandboxed code is entered, at the place and on the stack that the machine has, with so many bytes
 * of arguments there. */
void observer_enter(struct observer *observer, const struct machine *machine, uint64_t code_base,
                    uint64_t arguments);

/* Whether this is an address of the code, or where its first instruction stands. */
bool observer_is_code(const struct observer *observer, uint64_t address);

/* In front of an instruction of the code; false when there is no use in going on. */
bool observer_step(struct observer *observer, const struct machine *machine);

/* Whether what was looked at last is the entry of a function that was called often enough to be run
 * at full speed, and where it returns to; and that it has returned, or longjmp left it. */
bool observer_may_skip(const struct observer *observer);
struct activation observer_activation(const struct observer *observer);
void observer_skip(struct observer *observer, const struct machine *machine);

/* Whether the instruction that was looked at last is a trap. */
bool observer_is_trap(const struct observer *observer);

/* Control is where the gate begins; and behind it, where it returns to: the machine is as after its
 * `ret`. */
bool observer_gate(struct observer *observer, const struct machine *machine);
void observer_return_from_gate(struct observer *observer, const struct machine *machine);

/* Control has left the code elsewhere: true when that is the return of the first activation. */
bool observer_leave(struct observer *observer, const struct machine *machine);

/* A fault of the sandbox's at an address: whether it is one that stays inside. */
bool observer_fault(struct observer *observer, const struct machine *machine, uint64_t address);

/* Return addresses of all that has not returned, while the stack can be read. */
void observer_check_returns(struct observer *observer);

/* How it ended: a signal or a number of the caller's. */
void observer_end(struct observer *observer, uint64_t how);

_Noreturn void die(const char *what);

#endif
