/* What the host asks of the decoder, sandboxed (decoder.tbx) or linked into it (plain). */
#ifndef DECODER_H
#define DECODER_H

#include <stddef.h>
#include <stdint.h>

/*
 * Decodes a PNG file of `size` bytes to 8-bit RGBA. The pixels, 4 * size[0] * size[1] bytes, are
 * allocated by malloc; null when the file is no PNG, or a broken one. The file may be hostile.
 */
unsigned char *decode(const unsigned char *file, size_t length, uint32_t size[2]);

#endif
