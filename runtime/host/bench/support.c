#include "support.h"

#include <stdio.h>
#include <stdlib.h>

enum { HEAP = 16 << 20, STACK = 256 << 10 };

double now(clockid_t clock) {
    struct timespec time;
    clock_gettime(clock, &time);
    return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

_Noreturn void fail(const char *what) {
    fprintf(stderr, "bench: %s\n", what);
    exit(1);
}

static int compare(const void *left, const void *right) {
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

double median(double *values, int count) {
    qsort(values, (size_t)count, sizeof *values, compare);
    return values[count / 2];
}

tbx_image *open_image(int argc, char **argv) {
    const tbx_image_policy policy = {.trust = TBX_TRUST_UNVERIFIED};
    tbx_error error = {"usage: bench IMAGE"};
    tbx_image *image = argc == 2 ? tbx_image_open_with(argv[1], &policy, &error) : NULL;
    if (image == NULL)
        fail(error.message);
    return image;
}

tbx_template *make_template(tbx_image *image, bool keeps_registers) {
    tbx_error error;
    tbx_config *config = tbx_config_new();
    tbx_config_keep_registers(config, keeps_registers);
    if (!tbx_config_set_heap(config, HEAP, &error) ||
        !tbx_config_set_stack(config, STACK, &error) ||
        !tbx_config_set_native_stack(config, STACK, &error))
        fail(error.message);
    tbx_template *made = tbx_template_new(image, config, &error);
    tbx_config_free(config);
    if (made == NULL)
        fail(error.message);
    return made;
}

tbx_sandbox *copy_of(tbx_template *from) {
    tbx_error error;
    tbx_sandbox *made = tbx_template_copy(from, &error);
    if (made == NULL)
        fail(error.message);
    return made;
}
