/* A verdict that fits, for images that the fuzzer made. */
#ifndef STAMP_H
#define STAMP_H

#include "tmebox.h"

/* Writes a verdict of `level` with the right digest into the image's room for one; false when the
 * image is none, or has no room. */
bool stamp(unsigned char *bytes, size_t size, tbx_isolation level);

#endif
