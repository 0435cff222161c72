/*
 * What every attack in C is written with. An attack is a function that tries to read or change what
 * is not its own; it is built for a sandbox, and natively as a control, which must succeed.
 *
 *     // What it tries.
 *     ATTACK(name, "held") { … armed(); … leak(bytes, size); }
 *
 * The string says how a contained run may end: `held` (the attack came to its end without having
 * reached anything), names of faults (tbx_fault_kind_name), `exit N`, `timeout`, separated by `|`;
 * `contained`: in any of these ways, as it lands somewhere in its own code.
 * A third argument "no control: why" leaves the control out.
 */
#ifndef ATTACK_H
#define ATTACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Bytes of each secret, none of them 0, with zeros behind; random, and other ones in each run. */
enum { SECRET_SIZE = 64 };

/* Where each window has memory that the secrets of its neighbours' windows share the offset of. */
enum { SECRET_OFFSET = 0x0FE00000 };

/* What an attacker is told: more than a real one could hope for. */
struct targets {
    uintptr_t host;         /* a page of the host with a secret; its low half is SECRET_OFFSET */
    uintptr_t below, above; /* the like in the windows on both sides */
    uintptr_t base; /* address 0 as this program sees it: 0 inside, natively a window's base */
    uintptr_t window, code_window; /* this sandbox's, as the host sees them */
    uintptr_t native_stack;        /* where the native stack starts to grow down */
    uintptr_t run;                 /* the host's record of this run (struct tbx_run) */
    uintptr_t gate;                /* the host's entry for host calls */
    uintptr_t load_gadget;         /* bytes of this program's code: mov (%rdi),%rax; ret */
    uintptr_t call_gadget;         /* the like: push $1; pop %rax; syscall; ret */
    int descriptor;                /* of the host: a file with a secret */
};

extern struct targets target;

/* The three secrets in memory, one after the other. */
#define EACH_VICTIM(address)                                                                       \
    for (uintptr_t address##_index = 0, address;                                                   \
         address##_index < 3 && ((address = victim(address##_index)), true); address##_index++)
uintptr_t victim(uintptr_t index);

/* An address in this program's own window. */
static inline unsigned char *own(uint64_t offset) {
    return (unsigned char *)(target.base + offset);
}

/* Says that the hostile instruction comes next; without it a run counts as vacuous. */
void armed(void);

/* What was read goes to standard output, where the harness looks for the secrets. */
void leak(const volatile void *bytes, size_t size);

/* The attacks of a program; whoever starts them defines the list, which is null at first. */
struct attack {
    const char *title;
    void (*run)(void);
    const struct attack *next;
};
extern const struct attack *attacks;

/* Null: there is none of that name. */
static inline const struct attack *find_attack(const char *title) {
    const struct attack *found = attacks;
    while (found != NULL && strcmp(found->title, title) != 0)
        found = found->next;
    return found;
}

#define ATTACK(name, ...)                                                                          \
    static void name(void);                                                                        \
    __attribute__((constructor)) static void register_##name(void) {                               \
        static struct attack this_attack = {.title = #name, .run = name};                          \
        this_attack.next = attacks;                                                                \
        attacks = &this_attack;                                                                    \
    }                                                                                              \
    static void name(void)

#define NOINLINE __attribute__((noinline))

#endif
