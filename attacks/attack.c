/* The start of every attacking program: `attack NAME HOST BELOW ABOVE …`, numbers in hexadecimal.
 */
#include "attack.h"

#include <stdlib.h>
#include <unistd.h>

enum { TARGETS = 12 };

struct targets target;

const struct attack *attacks;

uintptr_t victim(uintptr_t index) {
    return index == 0 ? target.host : index == 1 ? target.below : target.above;
}

void armed(void) {
    if (write(1, "armed\n", 6) != 6)
        abort();
}

void leak(const volatile void *bytes, size_t size) {
    if (write(1, (const void *)bytes, size) < 0)
        abort();
}

static uintptr_t number(const char *text) {
    return (uintptr_t)strtoull(text, NULL, 16);
}

static void read_targets(char **words) {
    target = (struct targets){
        .host = number(words[0]),
        .below = number(words[1]),
        .above = number(words[2]),
        .base = number(words[3]),
        .window = number(words[4]),
        .code_window = number(words[5]),
        .native_stack = number(words[6]),
        .run = number(words[7]),
        .gate = number(words[8]),
        .load_gadget = number(words[9]),
        .call_gadget = number(words[10]),
        .descriptor = (int)number(words[11]),
    };
}

#ifdef CONTROL
int attack_main(int argc, char **argv);
#define main attack_main
#endif

int main(int argc, char **argv) {
    if (argc != 2 + TARGETS)
        return 99;
    read_targets(argv + 2);
    const struct attack *attack = find_attack(argv[1]);
    if (attack == NULL)
        return 98;
    attack->run();
    return 0;
}
