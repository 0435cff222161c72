/*
 * Decodes PNG by libpng's ordinary interface, as many programs do. It has a bug that many of them
 * have had: the size of the picture is multiplied in 32 bits.
 */
#include "decoder.h"

#include <png.h>
#include <setjmp.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#ifdef SANDBOXED
#include <tmebox-guest.h>
TBX_EXPORT(decode)
#endif

struct input {
    const unsigned char *next;
    size_t left;
};

static void read_input(png_structp png, png_bytep to, size_t length) {
    struct input *input = png_get_io_ptr(png);
    if (length > input->left)
        png_error(png, "the file ends too early");
    memcpy(to, input->next, length);
    input->next += length;
    input->left -= length;
}

/* libpng's messages tell what is wrong with a file; the host only wants to know that something is.
 */
static void forget_message(png_structp png, png_const_charp message) {
    (void)png, (void)message;
}

static void give_up(png_structp png, png_const_charp message) {
    (void)message;
    png_longjmp(png, 1);
}

/* Whatever the file has becomes four bytes a pixel. Returns how often to go over the rows. */
static int ask_for_rgba(png_structp png, png_infop info) {
    png_set_expand(png);
    png_set_scale_16(png);
    png_set_gray_to_rgb(png);
    png_set_add_alpha(png, 0xFF, PNG_FILLER_AFTER);
    int passes = png_set_interlace_handling(png);
    png_read_update_info(png, info);
    return passes;
}

static void read_rows(png_structp png, png_infop info, unsigned char **pixels, uint32_t size[2]) {
    png_read_info(png, info);
    size[0] = png_get_image_width(png, info);
    size[1] = png_get_image_height(png, info);
    int passes = ask_for_rgba(png, info);
    *pixels = malloc(size[0] * size[1] * 4); /* the bug: 65536 * 16385 * 4 is 65536 * 4 */
    if (*pixels == NULL)
        png_error(png, "out of memory");
    for (; passes > 0; passes--)
        for (size_t row = 0; row < size[1]; row++)
            png_read_row(png, *pixels + 4 * row * size[0], NULL);
    png_read_end(png, NULL);
}

/* False where libpng gave up. A function of its own: what the caller's variables hold survives the
 * jump. */
static bool read_picture(png_structp png, png_infop info, unsigned char **pixels,
                         uint32_t size[2]) {
    if (setjmp(png_jmpbuf(png)) != 0)
        return false;
    read_rows(png, info, pixels, size);
    return true;
}

unsigned char *decode(const unsigned char *file, size_t length, uint32_t size[2]) {
    unsigned char *pixels = NULL;
    struct input input = {.next = file, .left = length};
    png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, NULL, give_up, forget_message);
    png_infop info = png == NULL ? NULL : png_create_info_struct(png);
    if (info == NULL) {
        png_destroy_read_struct(&png, NULL, NULL);
        return NULL;
    }
    png_set_read_fn(png, &input, read_input);
    if (!read_picture(png, info, &pixels, size)) {
        free(pixels);
        pixels = NULL;
    }
    png_destroy_read_struct(&png, &info, NULL);
    return pixels;
}
