/* The interpreter of interp_switch.c with computed goto: one dispatch at the end of every
 * operation. */
#include "bytecode.h"

uint64_t interpret(const struct instruction *code, uint64_t rounds) {
    static const void *const labels[OPCODES] = {&&load, &&add,  &&sub, &&mul,  &&xor,  &&shr,
                                                &&and,  &&move, &&get, &&put,  &&less, &&jump_if,
                                                &&jump, &&call, &&ret, &&next, &&halt};
    uint64_t r[REGISTERS] = {rounds}, cells[CELLS] = {0};
    const struct instruction *stack[8], **top = stack, *pc = code;
#define DISPATCH goto *labels[(++pc)->opcode]
    goto *labels[pc->opcode];
load:
    r[pc->a] = (uint64_t)(int64_t)pc->immediate;
    DISPATCH;
add:
    r[pc->a] = r[pc->b] + r[pc->c];
    DISPATCH;
sub:
    r[pc->a] = r[pc->b] - r[pc->c];
    DISPATCH;
mul:
    r[pc->a] = r[pc->b] * r[pc->c];
    DISPATCH;
xor:
    r[pc->a] = r[pc->b] ^ r[pc->c];
    DISPATCH;
shr:
    r[pc->a] = r[pc->b] >> (r[pc->c] & 63);
    DISPATCH;
and:
    r[pc->a] = r[pc->b] & r[pc->c];
    DISPATCH;
move:
    r[pc->a] = r[pc->b];
    DISPATCH;
get:
    r[pc->a] = cells[r[pc->b] % CELLS];
    DISPATCH;
put:
    cells[r[pc->b] % CELLS] = r[pc->a];
    DISPATCH;
less:
    r[pc->a] = r[pc->b] < r[pc->c];
    DISPATCH;
jump_if:
    pc += r[pc->a] ? pc->immediate : 0;
    DISPATCH;
jump:
    pc += pc->immediate;
    DISPATCH;
call:
    *top++ = pc, pc += pc->immediate - 1;
    DISPATCH;
ret:
    pc = *--top;
    DISPATCH;
next:
    pc += --r[0] ? pc->immediate : 0;
    DISPATCH;
halt:
    return r[pc->a];
}

int main(int argc, char **argv) {
    return report("interp_goto", interpret(program, (uint64_t)scaled(argc, argv, 80000)));
}
