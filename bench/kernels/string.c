/* Strings: the library's scanning, comparing and copying, and loops over bytes of our own. */
#include "kernel.h"

#include <ctype.h>
#include <string.h>

enum { WORDS = 4000, LONGEST = 24 };

static char words[WORDS][LONGEST + 1];
static char text[WORDS * (LONGEST + 1) + 1];

static void make_words(uint64_t *state) {
    for (int w = 0; w < WORDS; w++) {
        int length = 3 + (int)(next_random(state) % (LONGEST - 3));
        for (int i = 0; i < length; i++)
            words[w][i] = (char)('a' + next_random(state) % 6);
        words[w][length] = '\0';
    }
}

static size_t join(void) {
    char *end = text;
    for (int w = 0; w < WORDS; w++) {
        size_t length = strlen(words[w]);
        memcpy(end, words[w], length);
        end += length;
        *end++ = ' ';
    }
    *end = '\0';
    return (size_t)(end - text);
}

static uint64_t tokens(void) {
    static char copy[sizeof text];
    uint64_t sum = 0;
    strcpy(copy, text);
    for (char *word = strtok(copy, " "); word != NULL; word = strtok(NULL, " "))
        sum += strlen(word) * (unsigned char)word[0];
    return sum;
}

static uint64_t fold(void) {
    uint64_t h = 5381;
    for (const char *p = text; *p != '\0'; p++)
        h = h * 33 + (uint64_t)toupper((unsigned char)*p);
    return h;
}

static uint64_t search(const char *needle) {
    uint64_t found = 0;
    for (const char *p = text; (p = strstr(p, needle)) != NULL; p++)
        found++;
    return found;
}

int main(int argc, char **argv) {
    long rounds = scaled(argc, argv, 1500);
    uint64_t state = 5, sum = 0;
    make_words(&state);
    for (long r = 0; r < rounds; r++) {
        sum = mix(sum, join());
        sum = mix(sum, tokens());
        sum = mix(sum, fold());
        sum = mix(sum, search(words[r % WORDS]));
        for (int w = 1; w < WORDS; w++)
            sum += strcmp(words[w - 1], words[w]) < 0;
        sum += memchr(text, '?', sizeof text) != NULL;
        words[r % WORDS][1] = (char)('a' + r % 26);
    }
    return report("string", sum);
}
