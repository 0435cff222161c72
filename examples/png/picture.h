/* What both hosts do with files and pictures. */
#ifndef PICTURE_H
#define PICTURE_H

#include <stddef.h>
#include <stdint.h>

/* The whole file, allocated; ends the program when it cannot be read. */
unsigned char *read_file(const char *path, size_t *length);

/* Prints `NAME: `. */
void print_name(const char *path);

/* Prints `NAME: WIDTH x HEIGHT, CHECKSUM` for a decoded picture of 8-bit RGBA. */
void print_picture(const char *path, const unsigned char *pixels, uint32_t width, uint32_t height);

#endif
