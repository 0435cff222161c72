/* Allocation: trees built and dropped, blocks of mixed sizes that live for a while. */
#include "kernel.h"

#include <string.h>

struct tree {
    struct tree *left, *right;
};

static struct tree *build(int depth) {
    struct tree *t = malloc(sizeof *t);
    if (t == NULL)
        abort();
    *t = depth == 0 ? (struct tree){NULL, NULL} : (struct tree){build(depth - 1), build(depth - 1)};
    return t;
}

static uint64_t drop(struct tree *t) {
    uint64_t n = t->left == NULL ? 1 : 1 + drop(t->left) + drop(t->right);
    free(t);
    return n;
}

enum { LIVE = 1024 };
static unsigned char *live[LIVE];

int main(int argc, char **argv) {
    long rounds = scaled(argc, argv, 2500);
    uint64_t state = 8, sum = 0;
    for (long r = 0; r < rounds; r++) {
        sum += drop(build(11));
        for (int i = 0; i < 4000; i++) {
            uint64_t random = next_random(&state);
            size_t size = 1 + (random >> 20) % 700;
            unsigned char **slot = &live[random % LIVE];
            sum += *slot != NULL ? **slot : 0;
            free(*slot);
            *slot = malloc(size);
            if (*slot == NULL)
                abort();
            memset(*slot, (int)(random & 255), size);
        }
    }
    return report("allocate", sum);
}
