/* Pointer chasing: a shuffled ring (one load after another) and an unbalanced search tree. */
#include "kernel.h"

struct ring {
    struct ring *next;
    uint64_t value;
};

enum { RING = 1 << 15 };
static struct ring ring[RING];

static struct ring *shuffle_ring(uint64_t *state) {
    static uint32_t order[RING];
    for (uint32_t i = 0; i < RING; i++)
        order[i] = i;
    for (uint32_t i = RING - 1; i > 0; i--) {
        uint32_t j = (uint32_t)(next_random(state) % (i + 1)), t = order[i];
        order[i] = order[j];
        order[j] = t;
    }
    for (uint32_t i = 0; i < RING; i++) {
        ring[order[i]].next = &ring[order[(i + 1) % RING]];
        ring[order[i]].value = i;
    }
    return &ring[order[0]];
}

struct tree {
    struct tree *left, *right;
    uint32_t key, hits;
};

static struct tree *insert(struct tree **root, uint32_t key) {
    while (*root != NULL) {
        if ((*root)->key == key)
            return *root;
        root = key < (*root)->key ? &(*root)->left : &(*root)->right;
    }
    *root = calloc(1, sizeof **root);
    if (*root == NULL)
        abort();
    (*root)->key = key;
    return *root;
}

static uint64_t walk(const struct tree *t) {
    return t == NULL ? 0 : mix(walk(t->left) + walk(t->right), t->key ^ t->hits);
}

int main(int argc, char **argv) {
    long steps = scaled(argc, argv, 50000000), lookups = steps / 25;
    uint64_t state = 4, sum = 0;
    const struct ring *at = shuffle_ring(&state);
    for (long i = 0; i < steps; i++) {
        sum += at->value ^ (uint64_t)i;
        at = at->next;
    }
    struct tree *root = NULL;
    for (long i = 0; i < lookups; i++)
        insert(&root, (uint32_t)(next_random(&state) % 20000))->hits++;
    return report("chase", mix(sum, walk(root)));
}
