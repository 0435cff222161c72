/* The boxes of ../library.h, as the host makes them: sandboxes (boxes.c), or in a control the
 * library itself (linked.c). */
#ifndef BOXES_H
#define BOXES_H

#include "../library.h"

struct box {
    tbx_sandbox *sandbox;
};

/* Reads the image that all boxes are made from. */
void load(const char *path);

/* A call with a plain result; every library here has it. */
bool serves(struct box *box);

/* How the last `call` ended. */
extern char end[64];

#endif
