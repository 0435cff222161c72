/* The decoder in the host itself, as it is usually done: `plain FILE...`. A file that the decoder
 * cannot cope with takes the whole program along. */
#include "decoder.h"
#include "picture.h"

#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv) {
    for (int i = 1; i < argc; i++) {
        size_t length;
        uint32_t size[2] = {0};
        unsigned char *file = read_file(argv[i], &length);
        unsigned char *pixels = decode(file, length, size);
        if (pixels != NULL) {
            print_picture(argv[i], pixels, size[0], size[1]);
        } else {
            print_name(argv[i]);
            printf("not a PNG\n");
        }
        fflush(stdout);
        free(pixels);
        free(file);
    }
    return 0;
}
