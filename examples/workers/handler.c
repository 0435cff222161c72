/* A tenant's code. It remembers how often it was called, and has paths on which it misbehaves. */
#include "handler.h"

#include <stdio.h>
#include <string.h>

#ifdef SANDBOXED
#include <tmebox-guest.h>
TBX_EXPORT(exchange)
TBX_EXPORT(handle)
#endif

static struct exchange buffers;
static unsigned long visits;

struct exchange *exchange(void) {
    return &buffers;
}

static void misbehave(const char *path) {
    volatile int *volatile nowhere = NULL;
    if (strstr(path, "/crash") != NULL)
        *nowhere = 1;
    while (strstr(path, "/loop") != NULL)
        continue;
}

/* Some work that depends on what was asked. */
static unsigned checksum(const char *text) {
    unsigned sum = 2166136261;
    for (int round = 0; round < 10; round++)
        for (const char *at = text; *at != '\0'; at++)
            sum = (sum ^ (unsigned char)*at) * 16777619;
    return sum;
}

long handle(void) {
    const char *path = buffers.request;
    misbehave(path);
    visits++;
    return snprintf(buffers.answer, sizeof buffers.answer,
                    "{\"path\": \"%s\", \"visits\": %lu, \"sum\": %u}\n", path, visits,
                    checksum(path));
}
