/*
 * A system that refuses: each call of the library for memory, mappings, descriptors and timers may
 * be made to fail. The linker leads these calls here (--wrap); see the Makefile for which.
 */
#ifndef REFUSALS_H
#define REFUSALS_H

#include <stdbool.h>

/* Lets the `first` of the calls that are counted from now on fail, and those behind it up to
 * `last`; the first call is 1. */
void refuse(unsigned first, unsigned last);

/* Lets none fail any more. How many were counted. */
unsigned stop_refusing(void);

/* Blocks that the library and the test have of malloc. */
extern long live_blocks;

#endif
