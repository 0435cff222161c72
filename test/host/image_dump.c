/* Prints what the loader takes files for, for the comparison with the verifier's reader: on
 * standard input the length of each in four bytes and its bytes. A line for each: "refused" and
 * why, or the digest and the functions that the host would call by the names of the table of
 * exports. */
#include "error.h"
#include "image.h"
#include "library.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static tbx_image *open_bytes(const char *bytes, size_t size, tbx_error *error) {
    static const tbx_image_policy any = {.trust = TBX_TRUST_UNVERIFIED};
    char path[32];
    int file = memfd_create("image", MFD_CLOEXEC);
    if (file < 0 || write(file, bytes, size) != (ssize_t)size)
        exit(1);
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    tbx_image *image = tbx_image_open_with(path, &any, error);
    close(file);
    return image;
}

/* `size` bytes of the constants at `offset`, and what is behind them; null where these are not. */
static const unsigned char *constants(const struct tbx_elf_image *image, uint64_t offset,
                                      uint64_t size) {
    const struct tbx_segment *segment = &image->read_only;
    uint64_t distance = offset - segment->offset;
    if (offset < segment->offset || distance > segment->file_size ||
        size > segment->file_size - distance)
        return NULL;
    return image->bytes + segment->file_offset + distance;
}

static void print_exports(const struct tbx_elf_image *image) {
    uint64_t entry[2];
    for (uint64_t at = image->exports.start; at + sizeof entry <= image->exports.end;
         at += sizeof entry) {
        const unsigned char *bytes = constants(image, at, sizeof entry);
        if (bytes == NULL)
            return;
        memcpy(entry, bytes, sizeof entry);
        const char *name = (const char *)constants(image, entry[1], 1);
        const char *end =
            (const char *)image->bytes + image->read_only.file_offset + image->read_only.file_size;
        if (name == NULL || memchr(name, '\0', (size_t)(end - name)) == NULL)
            continue;
        printf(" %llu", (unsigned long long)tbx_library_find(image, name));
    }
}

static void print_image(const tbx_image *image) {
    for (size_t i = 0; i < sizeof image->digest.bytes; i++)
        printf("%02x", image->digest.bytes[i]);
    print_exports(&image->elf);
    printf("\n");
}

int main(void) {
    uint32_t size;
    while (fread(&size, sizeof size, 1, stdin) == 1) {
        char *bytes = malloc((size_t)size + 1);
        tbx_error error = {""};
        if (bytes == NULL || fread(bytes, 1, size, stdin) != size)
            return 1;
        tbx_image *image = open_bytes(bytes, size, &error);
        free(bytes);
        if (image == NULL)
            printf("refused %s\n", error.message);
        else
            print_image(image);
        tbx_image_release(image);
    }
    return 0;
}
