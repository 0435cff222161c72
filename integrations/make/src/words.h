#ifndef WORDS_H
#define WORDS_H

#include <stdio.h>

/* Words of a stream: runs of what is not white space. */
unsigned long count_words(FILE *stream);

#endif
