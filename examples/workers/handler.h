/* What a tenant supplies: it runs in a sandbox (handler.tbx), or, for comparison, without one. */
#ifndef HANDLER_H
#define HANDLER_H

#include <stddef.h>

enum { REQUEST_SIZE = 1024, ANSWER_SIZE = 4096 };

struct exchange {
    char request[REQUEST_SIZE]; /* the path that was asked for, NUL-terminated */
    char answer[ANSWER_SIZE];
};

/* Where the host puts requests and finds answers. */
struct exchange *exchange(void);

/* Answers the request that stands in the exchange: the length of the answer. */
long handle(void);

#endif
