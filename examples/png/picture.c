#include "picture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void print_name(const char *path) {
    const char *slash = strrchr(path, '/');
    printf("%s: ", slash == NULL ? path : slash + 1);
}

unsigned char *read_file(const char *path, size_t *length) {
    enum { MOST = 16 << 20 };
    FILE *file = fopen(path, "rb");
    unsigned char *bytes = malloc(MOST);
    if (file == NULL || bytes == NULL) {
        perror(path);
        exit(1);
    }
    *length = fread(bytes, 1, MOST, file);
    fclose(file);
    return bytes;
}

void print_picture(const char *path, const unsigned char *pixels, uint32_t width, uint32_t height) {
    uint32_t sum = 2166136261; /* FNV-1a */
    for (size_t i = 0; i < (size_t)4 * width * height; i++)
        sum = (sum ^ pixels[i]) * 16777619;
    print_name(path);
    printf("%u x %u, %08x\n", width, height, sum);
}
