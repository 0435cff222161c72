/* The bytes that libFuzzer hands out, read as numbers: bytes that run out become zeros. */
#ifndef INPUT_H
#define INPUT_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct input {
    const uint8_t *data;
    size_t left;
};

static inline uint64_t take(struct input *input, size_t width) {
    uint64_t value = 0;
    size_t used = width < input->left ? width : input->left;
    if (used != 0)
        memcpy(&value, input->data, used);
    input->data += used;
    input->left -= used;
    return value;
}

#endif
