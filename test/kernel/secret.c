/*
 * `secret hold` writes a page that run.ts then finds in the machine's memory, from outside, where
 * this says it is. `secret free` writes pages and gives them back: of these nothing may be found.
 * Each word is written by itself, so that the pattern is nowhere else. Prints `secret hold|free
 * SEED ADDRESS`.
 */
#include "device.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <unistd.h>

/* Many pages, as what ends later may use some of those that were given back. */
enum { HELD = 1, FREED = 4096, WORDS = PAGE / 8 };

/* The generator that run.ts has, too: the next word follows from the last. */
static uint64_t next_word(uint64_t word) {
    word ^= word << 13;
    word ^= word >> 7;
    return word ^ word << 17;
}

static void write_secret(volatile uint64_t *page, uint64_t word) {
    for (int i = 0; i < WORDS; i++) {
        page[i] = word;
        word = next_word(word);
    }
}

int main(int argc, char **argv) {
    uint64_t seed;
    bool hold = argc == 2 && strcmp(argv[1], "hold") == 0;
    if (getrandom(&seed, sizeof seed, 0) != sizeof seed)
        return 2;
    int device = open_device(), count = hold ? HELD : FREED;
    unsigned char *pages = map_memory(device, take_key(device), 0, (size_t)count * PAGE);
    if (pages == MAP_FAILED)
        return 2;
    for (int i = 0; i < count; i++)
        write_secret((volatile uint64_t *)(pages + i * PAGE), seed);
    printf("secret %s %" PRIu64 " %" PRIu64 "\n", hold ? "hold" : "free", seed,
           frame_of(pages).memory);
    fflush(stdout);
    while (hold)
        pause();
    return 0;
}
