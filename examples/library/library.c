/* A library that a host does not want to trust: it works on text and numbers, asks the host for a
 * sum, and has a bug. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <tmebox-guest.h>

TBX_IMPORT(host_add)

static int bonus;

/* Constructors run once, before the first sandbox is made from the template. */
__attribute__((constructor)) static void prepare(void) {
    bonus = 41;
}

long upper(char *text) {
    long length = 0;
    for (; text[length] != '\0'; length++)
        text[length] = (char)toupper((unsigned char)text[length]);
    return length;
}
TBX_EXPORT(upper)

long ask(long a, long b) {
    return TBX_HOST(host_add, a, b) + bonus++;
}
TBX_EXPORT(ask)

static int compare(const void *left, const void *right) {
    int a = *(const int *)left, b = *(const int *)right;
    return (a > b) - (a < b);
}

void sort(int *numbers, size_t count) {
    qsort(numbers, count, sizeof *numbers, compare);
}
TBX_EXPORT(sort)

double halve(double number) {
    return number / 2;
}
TBX_EXPORT(halve)

/* The bug: nobody looks whether there is anything at `where`. */
void store(int *where, int what) {
    *where = what;
}
TBX_EXPORT(store)
