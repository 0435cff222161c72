/*
 * What attacks of libraries on their hosts are written with. A file has both sides: the library
 * (GUEST), which is hostile, and the host's use of it (HOST), which is what a host would do.
 *
 *     #ifdef GUEST
 *     long steal(long address) { … leak((void *)address, 64); return 0; }
 *     EXPORT(steal)
 *     #else
 *     // What it tries.
 *     ATTACK(name, "held") { call(attacker(), "steal", …); }
 *     #endif
 *
 * Built as a control, the library is linked into the host and called without a sandbox.
 */
#ifndef LIBRARY_H
#define LIBRARY_H

#include "attack.h"

#ifdef GUEST

#ifdef CONTROL
void register_export(const char *name, long (*function)(long, long, long));
long native_import(const char *name, long a, long b);
#define EXPORT(name)                                                                               \
    __attribute__((constructor)) static void export_##name(void) {                                 \
        register_export(#name, (long (*)(long, long, long))name);                                  \
    }
#define IMPORT(name) static const char import_##name[] = #name;
#define HOST(name, a, b) native_import(import_##name, (long)(a), (long)(b))
#else
#include <tmebox-guest.h>
#define EXPORT(name) TBX_EXPORT(name)
#define IMPORT(name) TBX_IMPORT(name)
#define HOST(name, a, b) TBX_HOST(name, a, b)
#endif

/* What hosts offer: a place to write, and what the attack's host does. */
IMPORT(host_leak)
IMPORT(host_act)

void leak(const volatile void *bytes, size_t size) {
    HOST(host_leak, bytes, size);
}

static inline long act(long a, long b) {
    return HOST(host_act, a, b);
}

/* What a host asks for to see that a library still works. */
static long twice(long number) {
    return 2 * number;
}
EXPORT(twice)

void armed(void) {
    static const char text[] = "armed\n";
    leak(text, sizeof text - 1);
}

#else

#include "tmebox.h"

enum { SECRET_PAGE = 4096 };

/* A sandbox with the library, or in a control the library itself. */
struct box;
struct box *attacker(void);
struct box *neighbour(void);

/* Calls a function of the library; how it ended is what the harness reports. */
uint64_t call(struct box *box, const char *name, uint64_t a, uint64_t b, uint64_t c);

/* The same without a report, for other threads: whether it returned. */
bool ask(struct box *box, const char *name, uint64_t a, uint64_t b, uint64_t c, uint64_t *result);

/* The host's ways to the memory of a box; the pointer is hostile. False: it does not have that. */
bool copy_out(struct box *box, void *to, uint64_t pointer, size_t length);
bool copy_in(struct box *box, uint64_t pointer, const void *from, size_t length);
bool copy_string_out(struct box *box, char *to, size_t size, uint64_t pointer);
unsigned char *memory(struct box *box, uint64_t pointer, size_t length);
uint64_t allocate(struct box *box, size_t size);

/* Gives a region of the host's to a box, and takes it back. */
uint64_t map_region(struct box *box, tbx_region *region, bool writable);
void unmap_region(struct box *box, uint64_t pointer);

/* Objects in a pool (of files that begin with `// BACKEND:`), given to one box after the other. */
uint64_t pool_allocate(struct box *box, size_t size);
void pool_release(uint64_t object);
void pool_grant(uint64_t object, struct box *from, struct box *to);

void reset(struct box *box);
void destroy(struct box *box); /* also inside its own call */
void make(struct box *box);    /* anew, after destroy */
tbx_sandbox *sandbox_of(struct box *box);

/* Where the secrets are, as the host sees them: the host's own, and that of the neighbour, another
 * copy of the same template. */
uintptr_t host_secret(void);
uintptr_t neighbour_secret(void);

/* One secret more, at a place of the host's or of a box; the attacker must not get to know it. It
 * may be overwritten. */
void plant(const char *name, unsigned char *page);

/* The same, but it may not be overwritten either. */
void plant_constant(const char *name, unsigned char *page);

/* What the host does when the library calls host_act. */
extern uint64_t (*host_act)(struct box *box, uint64_t a, uint64_t b);

/* Changes the config that boxes are made with; null: it is as it is. Set before main. */
extern void (*host_configure)(tbx_config *config);

/* Writes to where the harness looks for secrets, as a host does that shows results. */
void show(const void *bytes, size_t size);

#endif
#endif
