/* string.c, its functions renamed to tbx_NAME, against the C library's; strings end at and begin
 * after unmapped pages. */
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

size_t tbx_strlen(const char *);
size_t tbx_strnlen(const char *, size_t);
void *tbx_memchr(const void *, int, size_t);
char *tbx_strchr(const char *, int);
char *tbx_strchrnul(const char *, int);
int tbx_strcmp(const char *, const char *);
int tbx_strncmp(const char *, const char *, size_t);
char *tbx_strcpy(char *, const char *);
char *tbx_stpcpy(char *, const char *);

enum { ROUNDS = 300000, PAGE = 4096, LONGEST = 400 };

static unsigned state = 7;

static unsigned next(void) {
    state = state * 1664525 + 1013904223;
    return state >> 8;
}

static int sign(int x) {
    return (x > 0) - (x < 0);
}

/* A page between two that fault. */
static char *lonely_page(void) {
    char *pages = mmap(NULL, 3 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mprotect(pages + PAGE, PAGE, PROT_READ | PROT_WRITE);
    return pages + PAGE;
}

/* Where a string of this length goes: to the end of the page, to its start, or anywhere. */
static char *place(char *page, size_t length, unsigned choice) {
    return choice == 0 ? page + PAGE - length - 1 : choice == 1 ? page : page + next() % LONGEST;
}

static int searches_agree(const char *s, size_t length, size_t limit) {
    int byte = (int)(next() % 7);
    size_t within = limit < length ? limit : length;
    return tbx_strlen(s) == length && tbx_strnlen(s, limit) == strnlen(s, limit) &&
           tbx_strchr(s, byte) == strchr(s, byte) && tbx_strchrnul(s, byte) == strchrnul(s, byte) &&
           tbx_memchr(s, byte, length + 1) == memchr(s, byte, length + 1) &&
           tbx_memchr(s, byte, within) == memchr(s, byte, within) &&
           tbx_memchr(s, s[length / 2], (size_t)-1) == memchr(s, s[length / 2], length + 1);
}

static int comparisons_agree(const char *a, const char *b, size_t limit) {
    return sign(tbx_strcmp(a, b)) == sign(strcmp(a, b)) &&
           sign(tbx_strcmp(b, a)) == sign(strcmp(b, a)) &&
           sign(tbx_strncmp(a, b, limit)) == sign(strncmp(a, b, limit));
}

static int copies_agree(const char *s, size_t length) {
    char to[LONGEST + 32], wanted[LONGEST + 32];
    size_t at = next() % 16;
    memset(to, 9, sizeof to);
    memset(wanted, 9, sizeof wanted);
    memcpy(wanted + at, s, length + 1);
    if (tbx_strcpy(to + at, s) != to + at || memcmp(to, wanted, sizeof to) != 0)
        return 0;
    return tbx_stpcpy(to + at, s) == to + at + length && memcmp(to, wanted, sizeof to) == 0;
}

int main(void) {
    char *left = lonely_page(), *right = lonely_page();
    for (int round = 0; round < ROUNDS; round++) {
        size_t length = next() % LONGEST, limit = next() % LONGEST;
        char *a = place(left, length, next() % 3), *b = place(right, length, next() % 3);
        for (size_t i = 0; i < length; i++)
            a[i] = (char)(1 + (i * 7 + limit) % 5);
        a[length] = 0;
        memcpy(b, a, length + 1);
        if (length > 0 && round % 3 == 1)
            b[next() % length] ^= 0x80;
        if (length > 0 && round % 3 == 2)
            b[next() % length] = 0;
        if (!searches_agree(a, length, limit) || !comparisons_agree(a, b, limit) ||
            !copies_agree(a, length)) {
            printf("round %d, length %zu, limit %zu\n", round, length, limit);
            return 1;
        }
    }
    return 0;
}
