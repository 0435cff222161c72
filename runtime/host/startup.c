#include "startup.h"

#include "error.h"

#include <elf.h>
#include <string.h>
#include <sys/random.h>

/* Words grow from the start of the block, strings behind them; `words_end` is where strings begin.
 */
struct block {
    unsigned char *base; /* of the window */
    uint32_t word, string, end;
    bool full;
};

static void put_word(struct block *block, uint64_t word) {
    memcpy(block->base + block->word, &word, sizeof word);
    block->word += sizeof word;
}

static uint32_t put_bytes(struct block *block, const void *bytes, size_t size) {
    uint32_t at = block->string;
    if (block->full || size > block->end - at) {
        block->full = true;
        return 0;
    }
    memcpy(block->base + at, bytes, size);
    block->string += (uint32_t)size;
    return at;
}

static void put_strings(struct block *block, const char *const *strings, unsigned count) {
    for (unsigned i = 0; i < count; i++)
        put_word(block, put_bytes(block, strings[i], strlen(strings[i]) + 1));
    put_word(block, 0);
}

static void put_auxiliary(struct block *block, uint32_t random, uint32_t name) {
    const uint64_t vector[][2] = {
        {AT_PAGESZ, TBX_PAGE_SIZE},
        {AT_RANDOM, random},
        {AT_UID, TBX_GUEST_USER},
        {AT_EUID, TBX_GUEST_USER},
        {AT_GID, TBX_GUEST_USER},
        {AT_EGID, TBX_GUEST_USER},
        {AT_SECURE, 0},
        {AT_EXECFN, name},
        {AT_NULL, 0},
    };
    for (size_t i = 0; i < sizeof vector / sizeof *vector; i++) {
        put_word(block, vector[i][0]);
        put_word(block, vector[i][1]);
    }
}

enum { AUXILIARY_WORDS = 2 * 9, OTHER_WORDS = 3 /* argc, two null pointers */ };

bool tbx_startup_write(struct tbx_sandbox *sandbox, int argc, const char *const *argv,
                       tbx_error *error) {
    const struct tbx_config *config = sandbox->config;
    const struct tbx_memory *memory = &sandbox->memory;
    uint64_t room = memory->startup_end - memory->startup_start;
    uint64_t words = (uint64_t)argc + config->environment_count + AUXILIARY_WORDS + OTHER_WORDS;
    if (argc < 0 || words * 8 > room)
        return tbx_fail(error, "too many arguments");
    if (tbx_writable(memory, memory->startup_start, room) == NULL)
        return tbx_fail(error, "the start-up block cannot be written");
    struct block block = {.base = memory->window.base,
                          .word = memory->startup_start,
                          .string = memory->startup_start + (uint32_t)words * 8,
                          .end = memory->startup_end};
    unsigned char random[16];
    if (getrandom(random, sizeof random, 0) != sizeof random)
        return tbx_fail_errno(error, "no random bytes");
    uint32_t random_at = put_bytes(&block, random, sizeof random);
    put_word(&block, (uint64_t)argc);
    uint32_t name = block.string;
    put_strings(&block, argv, (unsigned)argc);
    put_strings(&block, (const char *const *)config->environment, config->environment_count);
    put_auxiliary(&block, random_at, argc > 0 ? name : 0);
    return !block.full || tbx_fail(error, "arguments and environment do not fit in %llu bytes",
                                   (unsigned long long)room);
}
