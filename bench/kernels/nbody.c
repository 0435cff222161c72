/* Floating point: gravity between a few bodies, square roots and divisions. */
#include "kernel.h"

#include <math.h>
#include <string.h>

enum { BODIES = 6 };

struct body {
    double x[3], v[3], mass;
};

static struct body bodies[BODIES];

static void attract(struct body *a, struct body *b, double dt) {
    double d[3], square = 0;
    for (int k = 0; k < 3; k++) {
        d[k] = a->x[k] - b->x[k];
        square += d[k] * d[k];
    }
    double strength = dt / (square * sqrt(square));
    for (int k = 0; k < 3; k++) {
        a->v[k] -= d[k] * b->mass * strength;
        b->v[k] += d[k] * a->mass * strength;
    }
}

static void advance(double dt) {
    for (int i = 0; i < BODIES; i++)
        for (int j = i + 1; j < BODIES; j++)
            attract(&bodies[i], &bodies[j], dt);
    for (int i = 0; i < BODIES; i++)
        for (int k = 0; k < 3; k++)
            bodies[i].x[k] += dt * bodies[i].v[k];
}

static double energy(void) {
    double e = 0;
    for (int i = 0; i < BODIES; i++) {
        const struct body *b = &bodies[i];
        e += b->mass * (b->v[0] * b->v[0] + b->v[1] * b->v[1] + b->v[2] * b->v[2]) / 2;
    }
    return e;
}

int main(int argc, char **argv) {
    long steps = scaled(argc, argv, 5000000);
    uint64_t state = 6, bits;
    for (int i = 0; i < BODIES; i++) {
        bodies[i].mass = 1 + (double)(next_random(&state) % 100) / 10;
        for (int k = 0; k < 3; k++) {
            bodies[i].x[k] = 10 * i + (double)(next_random(&state) % 1000) / 100;
            bodies[i].v[k] = (double)(next_random(&state) % 1000) / 1000;
        }
    }
    for (long s = 0; s < steps; s++)
        advance(0.0005);
    double e = energy();
    memcpy(&bits, &e, sizeof bits);
    return report("nbody", bits);
}
