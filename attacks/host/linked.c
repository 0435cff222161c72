/* Without a sandbox: functions of this process, and its memory. */
#include "boxes.h"

#include "stage.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_EXPORTS = 64 };

char end[64] = "control";

typedef long function(long, long, long);
static struct {
    const char *name;
    function *function;
} exports[MOST_EXPORTS];
static unsigned export_count;

void register_export(const char *name, function *function);
long native_import(const char *name, long a, long b);

void register_export(const char *name, function *function) {
    exports[export_count].name = name;
    exports[export_count++].function = function;
}

long native_import(const char *name, long a, long b) {
    if (strcmp(name, "host_act") == 0)
        return host_act == NULL ? 0 : (long)host_act(attacker(), (uint64_t)a, (uint64_t)b);
    show((const void *)a, (size_t)b);
    return 0;
}

bool ask(struct box *box, const char *name, uint64_t a, uint64_t b, uint64_t c, uint64_t *result) {
    (void)box;
    unsigned i = 0;
    while (i < export_count && strcmp(exports[i].name, name) != 0)
        i++;
    require(i < export_count, name);
    *result = (uint64_t)exports[i].function((long)a, (long)b, (long)c);
    return true;
}

uint64_t call(struct box *box, const char *name, uint64_t a, uint64_t b, uint64_t c) {
    uint64_t result;
    ask(box, name, a, b, c, &result);
    return result;
}

unsigned char *memory(struct box *box, uint64_t pointer, size_t length) {
    (void)box, (void)length;
    return (unsigned char *)pointer;
}

bool copy_out(struct box *box, void *to, uint64_t pointer, size_t length) {
    memcpy(to, memory(box, pointer, length), length);
    return true;
}

bool copy_in(struct box *box, uint64_t pointer, const void *from, size_t length) {
    memcpy(memory(box, pointer, length), from, length);
    return true;
}

bool copy_string_out(struct box *box, char *to, size_t size, uint64_t pointer) {
    (void)size;
    strcpy(to, (const char *)memory(box, pointer, 0));
    return true;
}

uint64_t allocate(struct box *box, size_t size) {
    (void)box;
    return (uint64_t)calloc(1, size);
}

uint64_t map_region(struct box *box, tbx_region *region, bool writable) {
    (void)box, (void)writable;
    return (uint64_t)tbx_region_memory(region);
}

void unmap_region(struct box *box, uint64_t pointer) {
    (void)box, (void)pointer;
}

uint64_t pool_allocate(struct box *box, size_t size) {
    return allocate(box, size);
}

void pool_release(uint64_t object) {
    (void)object;
}

void pool_grant(uint64_t object, struct box *from, struct box *to) {
    (void)object, (void)from, (void)to;
}

void reset(struct box *box) {
    (void)box;
}

void destroy(struct box *box) {
    (void)box;
}

void make(struct box *box) {
    (void)box;
}

void load(const char *path) {
    (void)path;
}

bool serves(struct box *box) {
    (void)box;
    return true;
}
