/* Writes the inputs that fuzzing begins with: `seeds TARGET FOLDER`. */
#include "small_image.h"
#include "stamp.h"
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

/* With a verdict that fits: the way into the loader without a policy; once as a library. */
static int verified_seeds(const char *folder) {
    struct small_image image;
    int failed = 0;
    small_image_make(&image);
    small_image_add_verdict_room(&image);
    failed |= !stamp(image.bytes, sizeof image.bytes, TBX_ISOLATE_CODE_DATA) ||
              write_seed(folder, "verified", image.bytes, sizeof image.bytes);
    small_image_make_library(&image, "exported", "imported");
    failed |= !stamp(image.bytes, sizeof image.bytes, TBX_ISOLATE_DATA) ||
              write_seed(folder, "library", image.bytes, sizeof image.bytes);
    return failed;
}

static int loader_seeds(const char *folder) {
    static const char *const notes[] = {
        "abi=1 lowering=addr32 isolate=code+data keybits=15",
        "abi=1 lowering=ir isolate=data keybits=15",
        "abi=1 lowering=any isolate=any keybits=15",
        "abi=2",
    };
    struct small_image image;
    int failed = verified_seeds(folder);
    for (unsigned i = 0; i < sizeof notes / sizeof *notes; i++) {
        char name[32];
        small_image_make(&image);
        small_image_set_note(&image, notes[i]);
        snprintf(name, sizeof name, "image-%u", i);
        failed |= write_seed(folder, name, image.bytes, sizeof image.bytes);
    }
    return failed;
}

/* The language of calls.c: a byte, 0 for a program's memory and 1 for a copy's; then 0: a call, its
 * number and six arguments; 6: a path; 7: two words. 4: a stack pointer. Arguments: 1: a byte; 5: a
 * place in memory; 7: the last result; 14: flags; 15: pages. */
#define PATH(number) 6, 0, 0, number
#define MEMORY(place) 5, (place) & 255, (place) >> 8
#define OPEN(path) PATH(path), 0, 2, MEMORY(0), 14, 0, 2, 0xA4, 1, 0, 0, 0

/* Once for a program and once for a copy of a template. */
static int write_calls(const char *folder, const char *name, const uint8_t *calls, size_t size) {
    static const char *const kinds[] = {"program", "copy"};
    uint8_t bytes[512];
    char whole[64];
    int failed = 0;
    for (uint8_t kind = 0; kind < 2; kind++) {
        bytes[0] = kind;
        memcpy(bytes + 1, calls, size);
        snprintf(whole, sizeof whole, "%s-%s", kinds[kind], name);
        failed |= write_seed(folder, whole, bytes, size + 1);
    }
    return failed;
}

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
    /* setjmp in a frame, longjmp from a deeper one. */
    static const uint8_t jumps[] = {4,  16, 0, 0,   234,       MEMORY(0), 0, MEMORY(8), 0, 0, 0, 4,
                                    32, 0,  0, 235, MEMORY(0), 1,         5, 0,         0, 0, 0};
    return write_calls(folder, "write-and-read", write_and_read, sizeof write_and_read) |
           write_calls(folder, "vectors", vectors, sizeof vectors) |
           write_calls(folder, "memory", memory, sizeof memory) |
           write_calls(folder, "directories", directories, sizeof directories) |
           write_calls(folder, "waiting", waiting, sizeof waiting) |
           write_calls(folder, "jumps", jumps, sizeof jumps);
}

/* The language of target/library.c: changes of tables, none here; then steps: a sandbox, what the
 * host does, numbers. */
static int library_seeds(const char *folder) {
    /* A call whose code calls the import, which calls again and copies; then a reset. */
    static const uint8_t nested[] = {0, 0, 5, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0,  0, 0, 0, 0,
                                     0, 5, 1, 0, 0, 2, 0, 0, 3, 0, 0, 1, 1, 8, 0, 16, 3, 0, 3};
    static const uint8_t memory[] = {0, 0, 0, 1, 0, 16, 0,  64, 1, 1, 1, 0,  8, 32,
                                     0, 0, 1, 1, 0, 8,  32, 1,  0, 2, 0, 64, 3, 0};
    return write_seed(folder, "nested", nested, sizeof nested) |
           write_seed(folder, "memory", memory, sizeof memory);
}

/* The language of target/regions.c: a sandbox, what the host does, numbers. A region is made,
 * mapped into both, used, tried from inside, taken back. */
static int region_seeds(const char *folder) {
    static const uint8_t use[] = {0, 0,  0, 7, 0, 32, 0, 2, 0, 1, 1, 2, 0, 0, 0, 5, 0, 8, 0, 0,
                                  0, 7,  0, 9, 1, 8,  0, 0, 2, 4, 0, 0, 8, 1, 2, 1, 0, 0, 0, 2,
                                  0, 16, 2, 0, 0, 0,  0, 0, 4, 1, 0, 0, 0, 0, 1, 0, 1, 6};
    return write_seed(folder, "use", use, sizeof use);
}

/* The language of target/pools.c: a sandbox, what the host does, numbers, whether to look at a
 * sandbox. A pool is made; objects are written, one is granted, one released before a reset. */
static int pool_seeds(const char *folder) {
    static const uint8_t use[] = {0,  0, 0, 1, 0xFF, 0x0F, 1, 0, 2, 0, 1, 200, 0,  1, 1, 2, 0, 1,
                                  64, 0, 1, 0, 4,    0,    1, 1, 4, 1, 1, 1,   5,  1, 2, 1, 0, 2,
                                  0,  8, 0, 0, 1,    0,    6, 1, 0, 2, 0, 1,   10, 0, 1, 2, 6, 1};
    return write_seed(folder, "use", use, sizeof use);
}

/* The language of target/verdict.c: isolation, trust, least level, no digests; the verdict. */
static int verdict_seeds(const char *folder) {
    static const char *const notes[] = {"abi=1 lowering=addr32 isolate=code+data keybits=15",
                                        "abi=1 lowering=addr32 isolate=data keybits=15"};
    int failed = 0;
    for (uint8_t kind = 0; kind < 4; kind++) {
        uint8_t bytes[4 + TBX_VERDICT_SIZE] = {kind / 2, 0, 0, 0};
        struct small_image image;
        char name[32];
        small_image_make(&image);
        small_image_set_note(&image, notes[kind / 2]);
        const unsigned char *room = small_image_add_verdict_room(&image);
        failed |= !stamp(image.bytes, sizeof image.bytes,
                         kind % 2 == 0 ? TBX_ISOLATE_CODE_DATA : TBX_ISOLATE_DATA);
        memcpy(bytes + 4, room, TBX_VERDICT_SIZE);
        snprintf(name, sizeof name, "verdict-%u", kind);
        failed |= write_seed(folder, name, bytes, sizeof bytes);
    }
    return failed;
}

static int option_seeds(const char *folder) {
    static const char list[] = "--grant=none\0--grant=stdio\0--env=A=1\0--env=A\0--heap=64M\0"
                               "--stack=1M\0--timeout=2.5\0--dir=/::/etc\0--report=file\0";
    return write_seed(folder, "all", list, sizeof list);
}

int main(int argc, char **argv) {
    static const struct {
        const char *target;
        int (*write)(const char *folder);
    } all[] = {{"loader", loader_seeds},  {"calls", call_seeds}, {"library", library_seeds},
               {"regions", region_seeds}, {"pools", pool_seeds}, {"verdict", verdict_seeds},
               {"options", option_seeds}};
    for (size_t i = 0; argc == 3 && i < sizeof all / sizeof *all; i++)
        if (strcmp(argv[1], all[i].target) == 0)
            return all[i].write(argv[2]);
    fprintf(stderr, "usage: seeds TARGET FOLDER\n");
    return 2;
}
