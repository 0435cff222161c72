/* What an attacker must neither read nor change, and how the harness sees that it did. */
#ifndef SECRETS_H
#define SECRETS_H

#include "../attack.h"

#include <stdio.h>

enum { PAGE = 4096 };

/* A page with a random secret at its start, and a copy of it all. */
struct secret {
    const char *name;
    unsigned char *page;
    unsigned char copy[PAGE];
};

/* The folder tree of a run: `granted` and `shown` are the attacker's, `outside` is not. */
struct folders {
    char root[128];
    unsigned char file_secret[SECRET_SIZE];
};

/* Fills `page` with a new secret. */
void secret_plant(struct secret *secret, const char *name, unsigned char *page);

/* A page of the host's at an address whose low half is SECRET_OFFSET. */
unsigned char *secret_host_page(void);

bool secret_changed(const struct secret *secret);

/* The sum that service.c prints of the page as it was planted. */
uint64_t secret_sum(const struct secret *secret);

/* Makes the folders below the current directory and a descriptor of the host to the secret file. */
int folders_make(struct folders *folders);

/* Whether `outside` is not as it was made. */
bool folders_changed(const struct folders *folders);

/* Whether any four bytes of the secret are in a file that the attacker could write. */
bool folders_hold(const struct folders *folders, const unsigned char *secret);

bool file_contains(const char *path, const void *part, size_t size);

#endif
