#include <stdio.h>

#include "words.h"

int main(void) {
    printf("%lu words\n", count_words(stdin));
    return 0;
}
