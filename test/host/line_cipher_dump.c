/* Prints what the line cipher makes of a page, for the comparison with OpenSSL: KEY (64 hexadecimal
 * digits) and the number of its first line. Two lines: encrypted, and decrypted. */
#include "line_cipher.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINES = 64 };

static void print(const unsigned char *bytes, size_t size) {
    for (size_t i = 0; i < size; i++)
        printf("%02x", bytes[i]);
    printf("\n");
}

int main(int argc, char **argv) {
    unsigned char bytes[TBX_LINE_KEY_SIZE], plain[LINES * TBX_LINE_SIZE], page[sizeof plain];
    struct tbx_line_key key;
    if (argc != 3 || strlen(argv[1]) != 2 * sizeof bytes)
        return 2;
    if (!tbx_line_cipher_is_available()) {
        puts("skipped all: no AES instructions");
        return 0;
    }
    for (size_t i = 0; i < sizeof bytes; i++)
        sscanf(argv[1] + 2 * i, "%2hhx", &bytes[i]);
    for (size_t i = 0; i < sizeof plain; i++)
        plain[i] = (unsigned char)(i * 13 + i / 256);
    uint64_t first = strtoull(argv[2], NULL, 0);
    tbx_line_key_expand(&key, bytes);
    memcpy(page, plain, sizeof page);
    tbx_lines_encrypt(&key, page, first, LINES);
    print(page, sizeof page);
    memcpy(page, plain, sizeof page);
    tbx_lines_decrypt(&key, page, first, LINES);
    print(page, sizeof page);
    return 0;
}
