/* Writes the inputs that fuzzing begins with: `seeds loader|calls FOLDER`. */
#include "small_image.h"
#include "verdict.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

static int write_seed(const char *folder, const char *name, const void *bytes, size_t size) {
    char path[4096];
    snprintf(path, sizeof path, "%s/seed-%s", folder, name);
    FILE *file = fopen(path, "wb");
    if (file == NULL || fwrite(bytes, 1, size, file) != size) {
        perror(path);
        return 1;
    }
    return fclose(file);
}

/* With a verdict that fits: the way into the loader without a policy. */
static int verified_seed(const char *folder) {
    static const tbx_image_policy anything = {.trust = TBX_TRUST_UNVERIFIED};
    struct small_image image;
    char digits[65];
    tbx_error error = {""};
    small_image_make(&image);
    unsigned char *room = small_image_add_verdict_room(&image);
    tbx_image *loaded = tbx_image_load_with(image.bytes, sizeof image.bytes, &anything, &error);
    if (loaded == NULL) {
        fprintf(stderr, "seeds: %s\n", error.message);
        return 1;
    }
    tbx_digest digest = tbx_image_digest(loaded);
    tbx_image_release(loaded);
    tbx_digest_format(&digest, digits);
    snprintf((char *)room, TBX_VERDICT_SIZE, "verified=code+data verifier=1 sha256=%s", digits);
    return write_seed(folder, "verified", image.bytes, sizeof image.bytes);
}

static int loader_seeds(const char *folder) {
    static const char *const notes[] = {
        "abi=1 lowering=addr32 isolate=code+data keybits=15",
        "abi=1 lowering=ir isolate=data keybits=15",
        "abi=1 lowering=any isolate=any keybits=15",
        "abi=2",
    };
    struct small_image image;
    int failed = verified_seed(folder);
    for (unsigned i = 0; i < sizeof notes / sizeof *notes; i++) {
        char name[32];
        small_image_make(&image);
        small_image_set_note(&image, notes[i]);
        snprintf(name, sizeof name, "image-%u", i);
        failed |= write_seed(folder, name, image.bytes, sizeof image.bytes);
    }
    return failed;
}

/* The language of calls.c: 0: a call, its number and six arguments; 6: a path; 7: two words.
 * Arguments: 1: a byte; 5: a place in memory; 7: the last result; 14: flags; 15: pages. */
#define PATH(number) 6, 0, 0, number
#define MEMORY(place) 5, (place) & 255, (place) >> 8
#define OPEN(path) PATH(path), 0, 2, MEMORY(0), 14, 0, 2, 0xA4, 1, 0, 0, 0

static int call_seeds(const char *folder) {
    static const uint8_t write_and_read[] = {
        OPEN(0), 0, 1, 7, MEMORY(0),     1, 64, 0, 0, 0, 0, 8, 1, 3, 0, 0, 0, 0, 0,
        0,       0, 1, 3, MEMORY(0x200), 1, 64, 0, 0, 0};
    static const uint8_t vectors[] = {
        OPEN(5), 7,  0x80, 0, MEMORY(0x300), 15, 1, 7, 0x90, 0, MEMORY(0x20), 1, 8,
        0,       20, 1,    3, MEMORY(0x80),  1,  2, 0, 0,    0};
    static const uint8_t memory[] = {0,  9, 0,  15, 16, 1,  3, 1,  0x22, 8, 1,    0,  0,
                                     25, 7, 15, 16, 15, 32, 1, 1,  0,    0, 0,    11, 7,
                                     15, 8, 0,  0,  0,  0,  0, 12, 3,    0, 0x60, 0,  0x10};
    static const uint8_t directories[] = {
        PATH(5), 0,   83,      MEMORY(0), 2,       0xFF,      1,  0,         0,
        0,       0,   PATH(6), 0,         83,      MEMORY(0), 2,  0xFF,      1,
        0,       0,   0,       0,         PATH(2), 0,         4,  MEMORY(0), MEMORY(0x400),
        0,       0,   0,       0,         PATH(3), 0,         89, MEMORY(0), MEMORY(0x400),
        1,       200, 0,       0,         0};
    static const uint8_t waiting[] = {0,
                                      22,
                                      MEMORY(0),
                                      0,
                                      0,
                                      0,
                                      0,
                                      0,
                                      0,
                                      7,
                                      MEMORY(0),
                                      1,
                                      2,
                                      1,
                                      9,
                                      0,
                                      0,
                                      0,
                                      0,
                                      23,
                                      1,
                                      9,
                                      MEMORY(0x40),
                                      MEMORY(0x80),
                                      0,
                                      MEMORY(0xC0),
                                      0};
    return write_seed(folder, "write-and-read", write_and_read, sizeof write_and_read) |
           write_seed(folder, "vectors", vectors, sizeof vectors) |
           write_seed(folder, "memory", memory, sizeof memory) |
           write_seed(folder, "directories", directories, sizeof directories) |
           write_seed(folder, "waiting", waiting, sizeof waiting);
}

int main(int argc, char **argv) {
    if (argc != 3) {
        fprintf(stderr, "usage: seeds loader|calls FOLDER\n");
        return 2;
    }
    return strcmp(argv[1], "loader") == 0 ? loader_seeds(argv[2]) : call_seeds(argv[2]);
}
