/* Images that the fuzzer made, with a verdict that fits, and without any. */
#ifndef STAMP_H
#define STAMP_H

#include "small_image.h"
#include "tmebox.h"

/* Writes a verdict of `level` with the right digest into the image's room for one; false when the
 * image is none, or has no room. */
bool stamp(unsigned char *bytes, size_t size, tbx_isolation level);

/* Loads it whatever its verdict; a refusal is a finding. The caller owns the image. */
tbx_image *load_unverified(const struct small_image *image);

#endif
