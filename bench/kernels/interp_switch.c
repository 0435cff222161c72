/* An interpreter that dispatches by one switch. */
#include "bytecode.h"

uint64_t interpret(const struct instruction *code, uint64_t rounds) {
    uint64_t r[REGISTERS] = {rounds}, cells[CELLS] = {0};
    const struct instruction *stack[8], **top = stack;
    for (const struct instruction *pc = code;; pc++)
        switch ((enum opcode)pc->opcode) {
        case LOAD:
            r[pc->a] = (uint64_t)(int64_t)pc->immediate;
            break;
        case ADD:
            r[pc->a] = r[pc->b] + r[pc->c];
            break;
        case SUB:
            r[pc->a] = r[pc->b] - r[pc->c];
            break;
        case MUL:
            r[pc->a] = r[pc->b] * r[pc->c];
            break;
        case XOR:
            r[pc->a] = r[pc->b] ^ r[pc->c];
            break;
        case SHR:
            r[pc->a] = r[pc->b] >> (r[pc->c] & 63);
            break;
        case AND:
            r[pc->a] = r[pc->b] & r[pc->c];
            break;
        case MOVE:
            r[pc->a] = r[pc->b];
            break;
        case GET:
            r[pc->a] = cells[r[pc->b] % CELLS];
            break;
        case PUT:
            cells[r[pc->b] % CELLS] = r[pc->a];
            break;
        case LESS:
            r[pc->a] = r[pc->b] < r[pc->c];
            break;
        case JUMP_IF:
            pc += r[pc->a] ? pc->immediate : 0;
            break;
        case JUMP:
            pc += pc->immediate;
            break;
        case CALL:
            *top++ = pc, pc += pc->immediate - 1;
            break;
        case RET:
            pc = *--top;
            break;
        case NEXT:
            pc += --r[0] ? pc->immediate : 0;
            break;
        case HALT:
            return r[pc->a];
        case OPCODES:
            abort();
        }
}

int main(int argc, char **argv) {
    return report("interp_switch", interpret(program, (uint64_t)scaled(argc, argv, 80000)));
}
