/* One small register machine for two interpreters: interp_switch.c and interp_goto.c differ in
 * dispatch alone. */
#ifndef BENCH_BYTECODE_H
#define BENCH_BYTECODE_H

#include "kernel.h"

enum opcode {
    LOAD,
    ADD,
    SUB,
    MUL,
    XOR,
    SHR,
    AND,
    MOVE,
    GET,
    PUT,
    LESS,
    JUMP_IF,
    JUMP,
    CALL,
    RET,
    NEXT,
    HALT,
    OPCODES
};

struct instruction {
    uint8_t opcode, a, b, c;
    int32_t immediate;
};

enum { REGISTERS = 16, CELLS = 256 };

/* Fills an array, then sums a function of each cell, as many times as r0 says. */
/* clang-format off */
static const struct instruction program[] = {
    /*  0 */ {LOAD, 1, 0, 0, 0}, {LOAD, 2, 0, 0, 1}, {LOAD, 3, 0, 0, CELLS},
    /*  3 */ {MUL, 4, 1, 5, 0}, {XOR, 4, 4, 1, 0}, {PUT, 4, 1, 0, 0}, {ADD, 1, 1, 2, 0},
    /*  7 */ {LESS, 6, 1, 3, 0}, {JUMP_IF, 6, 0, 0, -6},
    /*  9 */ {LOAD, 1, 0, 0, 0}, {GET, 4, 1, 0, 0}, {CALL, 0, 0, 0, 9}, {ADD, 5, 5, 4, 0},
    /* 13 */ {ADD, 1, 1, 2, 0}, {LESS, 6, 1, 3, 0}, {JUMP_IF, 6, 0, 0, -6},
    /* 16 */ {NEXT, 0, 0, 0, -17}, {HALT, 5, 0, 0, 0}, {HALT, 5, 0, 0, 0}, {HALT, 5, 0, 0, 0},
    /* 20 */ {SHR, 7, 4, 2, 0}, {AND, 7, 7, 3, 0}, {LOAD, 8, 0, 0, 77}, {LESS, 9, 7, 8, 0},
    /* 24 */ {JUMP_IF, 9, 0, 0, 2}, {SUB, 4, 4, 7, 0}, {JUMP, 0, 0, 0, 1}, {MUL, 4, 4, 8, 0},
    /* 28 */ {MOVE, 10, 4, 0, 0}, {RET, 0, 0, 0, 0},
};
/* clang-format on */

uint64_t interpret(const struct instruction *code, uint64_t rounds);

#endif
