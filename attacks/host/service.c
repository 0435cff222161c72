/* What the neighbours of an attacker do: sum up the page that they were given. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv) {
    const volatile unsigned char *page = (const volatile unsigned char *)strtoul(argv[1], NULL, 16);
    uint64_t sum = 0xcbf29ce484222325;
    for (int i = 0; i < 4096; i++)
        sum = (sum ^ page[i]) * 0x100000001b3;
    printf("%d %016llx\n", argc, (unsigned long long)sum);
    return 7;
}
