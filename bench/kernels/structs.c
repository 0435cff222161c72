/* Structures by value: small ones in registers, large ones copied, arrays of them assigned and
 * returned. */
#include "kernel.h"

struct pair {
    uint64_t first, second;
};
struct vector {
    double x, y, z;
};
struct record {
    struct vector position, speed;
    uint32_t id, flags;
    uint8_t name[40];
};

__attribute__((noinline)) static struct pair swap(struct pair p) {
    return (struct pair){p.second, p.first + 1};
}

__attribute__((noinline)) static struct vector cross(struct vector a, struct vector b) {
    return (struct vector){a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x};
}

__attribute__((noinline)) static struct record moved(struct record r, double t) {
    r.position.x += r.speed.x * t;
    r.position.y += r.speed.y * t;
    r.position.z += r.speed.z * t;
    r.flags ^= r.id;
    r.name[r.id % sizeof r.name]++;
    return r;
}

enum { RECORDS = 512 };
static struct record records[RECORDS];

int main(int argc, char **argv) {
    long rounds = scaled(argc, argv, 40000);
    struct pair p = {1, 2};
    struct vector v = {1, 2, 3};
    for (uint32_t i = 0; i < RECORDS; i++)
        records[i] = (struct record){{i, 1, 2}, {0.5, 0.25, i}, i, i * 3, {0}};
    for (long r = 0; r < rounds; r++)
        for (uint32_t i = 0; i < RECORDS; i += 2) {
            p = swap(p);
            v = cross(v, records[i].speed);
            if (v.x * v.x > 1e6)
                v = (struct vector){1, 2, 3};
            records[i + 1] = moved(records[i], 0.001);
            records[i] = records[(i + 2) % RECORDS];
        }
    uint64_t sum = mix(p.first, p.second);
    for (uint32_t i = 0; i < RECORDS; i++)
        sum = mix(sum,
                  records[i].flags + records[i].name[3] + (uint64_t)(records[i].position.x * 100));
    return report("structs", sum);
}
