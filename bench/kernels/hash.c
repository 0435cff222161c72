/* Hash tables: open addressing with growth, and chains of nodes from malloc. */
#include "kernel.h"

struct slot {
    uint64_t key;
    uint64_t count;
};

struct table {
    struct slot *slots;
    size_t capacity, used;
};

static size_t home(uint64_t key, size_t capacity) {
    return (size_t)(key * 0x9e3779b97f4a7c15u >> 20) & (capacity - 1);
}

static struct slot *find(struct table *t, uint64_t key) {
    size_t i = home(key, t->capacity);
    while (t->slots[i].key != 0 && t->slots[i].key != key)
        i = (i + 1) & (t->capacity - 1);
    return &t->slots[i];
}

static void grow(struct table *t) {
    struct table bigger = {calloc(t->capacity * 2, sizeof *t->slots), t->capacity * 2, t->used};
    if (bigger.slots == NULL)
        abort();
    for (size_t i = 0; i < t->capacity; i++)
        if (t->slots[i].key != 0)
            *find(&bigger, t->slots[i].key) = t->slots[i];
    free(t->slots);
    *t = bigger;
}

static void count(struct table *t, uint64_t key) {
    if (t->used * 4 > t->capacity * 3)
        grow(t);
    struct slot *s = find(t, key);
    if (s->key == 0) {
        s->key = key;
        t->used++;
    }
    s->count++;
}

struct node {
    struct node *next;
    uint64_t key, count;
};

enum { BUCKETS = 1 << 14 };
static struct node *buckets[BUCKETS];

static void count_chained(uint64_t key) {
    struct node **link = &buckets[home(key, BUCKETS)];
    for (; *link != NULL; link = &(*link)->next)
        if ((*link)->key == key) {
            (*link)->count++;
            return;
        }
    *link = malloc(sizeof **link);
    if (*link == NULL)
        abort();
    **link = (struct node){NULL, key, 1};
}

int main(int argc, char **argv) {
    long n = scaled(argc, argv, 24000000);
    struct table t = {calloc(16, sizeof(struct slot)), 16, 0};
    uint64_t state = 3, sum = 0;
    for (long i = 0; i < n; i++) {
        uint64_t key = next_random(&state) % 50000 + 1;
        count(&t, key);
        if ((i & 1) == 0)
            count_chained(key);
    }
    for (size_t i = 0; i < t.capacity; i++)
        sum += t.slots[i].key * t.slots[i].count;
    for (size_t i = 0; i < BUCKETS; i++)
        for (struct node *p = buckets[i]; p != NULL; p = p->next)
            sum += p->key ^ p->count;
    return report("hash", sum);
}
