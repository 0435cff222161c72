/* Indirect calls: a table of operations, objects with methods, and a comparison handed over as a
 * callback. */
#include "kernel.h"

typedef uint64_t operation(uint64_t, uint64_t);

static uint64_t add(uint64_t a, uint64_t b) {
    return a + b;
}
static uint64_t subtract(uint64_t a, uint64_t b) {
    return a - b;
}
static uint64_t exclusive(uint64_t a, uint64_t b) {
    return a ^ b;
}
static uint64_t rotate(uint64_t a, uint64_t b) {
    return (a << (b & 63)) | (a >> (-b & 63));
}
static uint64_t multiply(uint64_t a, uint64_t b) {
    return a * (b | 1);
}
static uint64_t average(uint64_t a, uint64_t b) {
    return (a & b) + ((a ^ b) >> 1);
}
static uint64_t larger(uint64_t a, uint64_t b) {
    return a > b ? a : b;
}
static uint64_t scramble(uint64_t a, uint64_t b) {
    return mix(a, b);
}

static operation *const operations[] = {add,      subtract, exclusive, rotate,
                                        multiply, average,  larger,    scramble};

struct shape;
struct methods {
    uint64_t (*area)(const struct shape *);
    void (*grow)(struct shape *, uint32_t);
};
struct shape {
    const struct methods *methods;
    uint32_t width, height;
};

static uint64_t rectangle_area(const struct shape *s) {
    return (uint64_t)s->width * s->height;
}
static uint64_t triangle_area(const struct shape *s) {
    return (uint64_t)s->width * s->height / 2;
}
static void grow_wide(struct shape *s, uint32_t by) {
    s->width = (s->width + by) & 0xffff;
}
static void grow_tall(struct shape *s, uint32_t by) {
    s->height = (s->height + by) & 0xffff;
}

static const struct methods rectangle = {rectangle_area, grow_wide},
                            triangle = {triangle_area, grow_tall};

enum { SHAPES = 64 };
static struct shape shapes[SHAPES];

static uint64_t for_each(struct shape *all, int n, uint64_t (*visit)(struct shape *, uint64_t),
                         uint64_t sum) {
    for (int i = 0; i < n; i++)
        sum = visit(&all[i], sum);
    return sum;
}

static uint64_t visit_shape(struct shape *s, uint64_t sum) {
    s->methods->grow(s, (uint32_t)sum & 7);
    return mix(sum, s->methods->area(s));
}

int main(int argc, char **argv) {
    long rounds = scaled(argc, argv, 1500000);
    uint64_t state = 7, sum = 0;
    for (int i = 0; i < SHAPES; i++)
        shapes[i] = (struct shape){i % 3 ? &rectangle : &triangle, (uint32_t)i,
                                   (uint32_t)next_random(&state) & 255};
    for (long r = 0; r < rounds; r++) {
        for (uint64_t i = 0; i < 32; i++)
            sum = operations[(i * 5 + (uint64_t)r) & 7](sum, i);
        sum = for_each(shapes, SHAPES, visit_shape, sum);
    }
    return report("icall", sum);
}
