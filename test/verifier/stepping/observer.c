#include "observer.h"

#include <stdlib.h>
#include <string.h>

/* docs/verifier.md: R5, R11, I2. */
enum { FRAME_LIMIT = 16 * 1024, RED_ZONE = 128, ARGUMENT_LIMIT = 2048, WORD = 8 };
/* Calls of a function, of which later ones may be skipped. */
enum { SEEN_ENOUGH = 64 };
enum { MOST_PROBLEMS = 20, MOST_WORDS = (FRAME_LIMIT + ARGUMENT_LIMIT) / WORD + 64 };

#define DIRECTION 0x400u
#define WINDOW_SIZE 0x100000000ull
#define GUARD_SIZE 0x100000ull /* below a native stack */

void die(const char *what) {
    perror(what);
    exit(2);
}

static void *allocate(size_t count, size_t size) {
    void *memory = calloc(count, size);
    if (memory == NULL)
        die("calloc");
    return memory;
}

bool observer_is_trap(const struct observer *observer) {
    return observer->last >= 0 && observer->instructions[observer->last].kind == TRAP;
}

void observer_open(struct observer *observer, const char *table, const char *output) {
    FILE *file = fopen(table, "rb");
    if (file == NULL || fread(&observer->head, sizeof observer->head, 1, file) != 1)
        die(table);
    size_t count = observer->head.count;
    observer->instructions = allocate(count, sizeof *observer->instructions);
    observer->visits = allocate(count, sizeof *observer->visits);
    observer->at = allocate(observer->head.code_size, sizeof *observer->at);
    if (fread(observer->instructions, sizeof *observer->instructions, count, file) != count)
        die(table);
    fclose(file);
    memset(observer->at, 0xff, observer->head.code_size * sizeof *observer->at);
    for (size_t i = 0; i < count; i++)
        if (observer->instructions[i].offset < observer->head.code_size)
            observer->at[observer->instructions[i].offset] = (int32_t)i;
    observer->output = fopen(output, "wb");
    if (observer->output == NULL)
        die(output);
}

/* Records */

static void write_record(struct observer *observer, struct record *record,
                         const struct machine *machine, const uint64_t *words) {
    record->flags = machine->flags;
    record->code_base = observer->code_base;
    memcpy(record->registers, machine->registers, sizeof record->registers);
    if (observer->depth > 0) {
        const struct activation *top = &observer->activations[observer->depth - 1];
        record->entry = top->entry;
        memcpy(record->entry_registers, top->registers, sizeof record->entry_registers);
    }
    if (fwrite(record, sizeof *record, 1, observer->output) != 1 ||
        fwrite(words, WORD, record->word_count, observer->output) != record->word_count)
        die("output");
}

static void report(struct observer *observer, const struct machine *machine, enum problem problem,
                   uint64_t value) {
    struct record record = {.type = RECORD_PROBLEM,
                            .instruction = (uint64_t)observer->last,
                            .detail = problem,
                            .value = value};
    observer->problems++;
    write_record(observer, &record, machine, NULL);
}

static void write_state(struct observer *observer, const struct machine *machine, int32_t at) {
    static uint64_t words[MOST_WORDS];
    const struct instruction *instruction = &observer->instructions[at];
    struct record record = {.type = RECORD_STATE, .instruction = (uint64_t)at};
    int64_t size = (int64_t)instruction->high - instruction->low + WORD;
    if (size > 0 && size <= (int64_t)sizeof words) {
        uint64_t entry = observer->activations[observer->depth - 1].entry;
        record.words_at = entry + (uint64_t)(int64_t)instruction->low;
        record.word_count =
            observer->read(observer->context, record.words_at, words, (size_t)size) / WORD;
    }
    write_record(observer, &record, machine, words);
}

/* Activations */

static uint64_t read_word(struct observer *observer, uint64_t address) {
    uint64_t word = 0;
    observer->read(observer->context, address, &word, sizeof word);
    return word;
}

static void push(struct observer *observer, const struct machine *machine) {
    if (observer->depth == observer->capacity) {
        observer->capacity = 2 * observer->capacity + 64;
        observer->activations =
            realloc(observer->activations, observer->capacity * sizeof *observer->activations);
        if (observer->activations == NULL)
            die("realloc");
    }
    struct activation *top = &observer->activations[observer->depth++];
    top->entry = machine->registers[RSP];
    top->back = read_word(observer, top->entry);
    memcpy(top->registers, machine->registers, sizeof top->registers);
}

void observer_enter(struct observer *observer, const struct machine *machine, uint64_t code_base,
                    uint64_t arguments) {
    observer->depth = 0;
    observer->last = -1;
    observer->steps = 0;
    observer->problems = 0;
    observer->code_base = code_base;
    observer->gs_base = machine->gs_base;
    observer->argument_end = machine->registers[RSP] + WORD + arguments;
    push(observer, machine);
}

/* Whether the machine, with its stack pointer at `rsp`, is as the newest activation was entered. */
static bool is_as_entered(const struct observer *observer, const struct machine *machine,
                          uint64_t rsp) {
    const struct activation *top = &observer->activations[observer->depth - 1];
    const uint64_t *now = machine->registers, *then = top->registers;
    return rsp == top->entry && now[RBX] == then[RBX] && now[RBP] == then[RBP] &&
           memcmp(now + R12, then + R12, 4 * sizeof *now) == 0;
}

/* Behind a `ret` to `back`. */
static void pop(struct observer *observer, const struct machine *machine, uint64_t back) {
    const struct activation *top = &observer->activations[observer->depth - 1];
    if (!is_as_entered(observer, machine, machine->registers[RSP] - WORD))
        report(observer, machine, NOT_AS_ENTERED, machine->registers[RSP] - WORD);
    if (back != top->back)
        report(observer, machine, RETURN_ADDRESS, back);
    observer->depth--;
}

/* Steps */

bool observer_is_code(const struct observer *observer, uint64_t address) {
    return address - observer->code_base - observer->head.code_start < observer->head.code_size;
}

static bool is_stack_access(const struct observer *observer, const struct machine *machine,
                            uint64_t address, uint64_t size, bool is_write) {
    const struct activation *top = &observer->activations[observer->depth - 1];
    uint64_t entry = top->entry, behind = address + size;
    uint64_t limit = entry + WORD + ARGUMENT_LIMIT;
    if (behind <= entry)
        return address >= entry - FRAME_LIMIT - RED_ZONE &&
               address >= machine->registers[RSP] - RED_ZONE;
    /* What is written is the caller's: below where that was entered. */
    uint64_t callers = observer->depth == 1 ? observer->argument_end : top[-1].entry;
    if (is_write && callers < limit)
        limit = callers;
    return address >= entry + WORD && behind <= limit;
}

static void check_operand(struct observer *observer, const struct machine *machine,
                          const struct instruction *instruction) {
    uint64_t address =
        machine->registers[instruction->base] + (uint64_t)(int64_t)instruction->displacement;
    uint64_t offset;
    switch (instruction->operand) {
    case STACK_READ:
    case STACK_WRITE:
        if (!is_stack_access(observer, machine, address, instruction->size,
                             instruction->operand == STACK_WRITE))
            report(observer, machine, STACK_ACCESS, address);
        break;
    case TABLE_READ:
        address += machine->registers[instruction->index] * instruction->scale;
        offset = address - observer->code_base;
        if (offset < observer->head.read_only_start ||
            offset + instruction->size > observer->head.read_only_end)
            report(observer, machine, TABLE_ACCESS, address);
        break;
    default:
        break;
    }
}

/* The first visits, and later ones ever more seldom. */
static bool is_sample(uint64_t visit, uint64_t samples) {
    if (visit < samples)
        return true;
    uint64_t period = 1;
    while (samples * period * 2 <= visit)
        period *= 2;
    return visit % (period * 4) == 0;
}

static void check_machine(struct observer *observer, const struct machine *machine) {
    const struct activation *top = &observer->activations[observer->depth - 1];
    uint64_t rsp = machine->registers[RSP];
    if (rsp > top->entry || rsp < top->entry - FRAME_LIMIT)
        report(observer, machine, STACK_POINTER, rsp);
    if (machine->gs_base != observer->gs_base)
        report(observer, machine, GS_BASE, machine->gs_base);
    if ((machine->flags & DIRECTION) != 0)
        report(observer, machine, DIRECTION_FLAG, machine->flags);
}

bool observer_step(struct observer *observer, const struct machine *machine) {
    int32_t at = observer->at[machine->rip - observer->code_base - observer->head.code_start];
    enum instruction_kind last =
        observer->last < 0 ? PLAIN : observer->instructions[observer->last].kind;
    observer->steps++;
    if (at < 0) {
        report(observer, machine, NO_INSTRUCTION, machine->rip);
        return false;
    }
    observer->is_entry = last == CALL;
    if (last == CALL)
        push(observer, machine);
    else if (last == RETURN)
        pop(observer, machine, machine->rip);
    if (observer->depth == 0)
        return false;
    const struct instruction *instruction = &observer->instructions[at];
    if (!instruction->is_reached)
        report(observer, machine, NOT_REACHED, machine->rip);
    check_machine(observer, machine);
    observer->last = at;
    check_operand(observer, machine, instruction);
    if (is_sample(observer->visits[at]++, observer->head.samples))
        write_state(observer, machine, at);
    return observer->problems < MOST_PROBLEMS;
}

bool observer_may_skip(const struct observer *observer) {
    return observer->is_entry && !is_sample(observer->visits[observer->last] - 1, SEEN_ENOUGH);
}

struct activation observer_activation(const struct observer *observer) {
    return observer->activations[observer->depth - 1];
}

void observer_skip(struct observer *observer, const struct machine *machine) {
    const struct activation *top = &observer->activations[observer->depth - 1];
    if (machine->registers[RSP] == top->entry + WORD && machine->rip == top->back) {
        pop(observer, machine, machine->rip);
        observer->last = -1;
    } else
        observer_return_from_gate(observer, machine);
}

bool observer_gate(struct observer *observer, const struct machine *machine) {
    const struct activation *top = &observer->activations[observer->depth - 1];
    uint64_t back = read_word(observer, top->entry);
    if (!is_as_entered(observer, machine, machine->registers[RSP]))
        report(observer, machine, NOT_AS_ENTERED, machine->registers[RSP]);
    if (back != top->back)
        report(observer, machine, RETURN_ADDRESS, back);
    return observer->problems < MOST_PROBLEMS;
}

/* Returns of setjmp, the second too, and what longjmp has left behind: the stack pointer tells. */
void observer_return_from_gate(struct observer *observer, const struct machine *machine) {
    while (observer->depth > 0 &&
           observer->activations[observer->depth - 1].entry < machine->registers[RSP])
        observer->depth--;
    observer->last = -1;
}

bool observer_leave(struct observer *observer, const struct machine *machine) {
    bool returns = observer->depth == 1 && observer->last >= 0 &&
                   observer->instructions[observer->last].kind == RETURN;
    if (returns)
        pop(observer, machine, machine->rip);
    else
        report(observer, machine, LEFT_THE_CODE, machine->rip);
    return returns;
}

bool observer_fault(struct observer *observer, const struct machine *machine, uint64_t address) {
    uint64_t stack = machine->registers[RSP];
    /* The last bytes of a window may straddle into its guard; a native stack ends in a guard of its
     * own. */
    bool is_inside = address - observer->gs_base < WINDOW_SIZE ||
                     (address < stack && stack - address <= GUARD_SIZE);
    if (!is_inside)
        report(observer, machine, FAULT_OUTSIDE, address);
    return is_inside;
}

void observer_check_returns(struct observer *observer) {
    struct machine none = {0};
    for (; observer->depth > 0; observer->depth--) {
        const struct activation *top = &observer->activations[observer->depth - 1];
        uint64_t back = read_word(observer, top->entry);
        if (back != top->back)
            report(observer, &none, RETURN_ADDRESS, back);
    }
}

void observer_end(struct observer *observer, uint64_t how) {
    struct machine none = {0};
    struct record record = {.type = RECORD_END,
                            .instruction = (uint64_t)observer->last,
                            .detail = how,
                            .value = observer->steps};
    observer->depth = 0;
    write_record(observer, &record, &none, NULL);
}
