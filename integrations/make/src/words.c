#include "words.h"

#include <ctype.h>
#include <stdbool.h>

unsigned long count_words(FILE *stream) {
    unsigned long words = 0;
    bool inside = false;
    for (int c = getc(stream); c != EOF; c = getc(stream)) {
        bool word = !isspace(c);
        if (word && !inside)
            words++;
        inside = word;
    }
    return words;
}
