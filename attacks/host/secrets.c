#include "secrets.h"

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

static void require(bool condition, const char *what) {
    if (condition)
        return;
    perror(what);
    exit(2);
}

/* None twice in a row: attacks fill memory with one byte, and show that, too. */
static void random_bytes(unsigned char *bytes, size_t size) {
    for (size_t i = 0; i < size; i++)
        do
            require(getrandom(&bytes[i], 1, 0) == 1, "getrandom");
        while (bytes[i] == 0 || bytes[i] == '\n' || bytes[i] == '/' ||
               (i > 0 && bytes[i] == bytes[i - 1]));
}

void secret_plant(struct secret *secret, const char *name, unsigned char *page) {
    secret->name = name;
    secret->page = page;
    memset(page, 0, PAGE);
    random_bytes(page, SECRET_SIZE);
    memcpy(secret->copy, page, PAGE);
}

unsigned char *secret_host_page(void) {
    void *place = (void *)((uintptr_t)0x6fff << 32 | SECRET_OFFSET);
    int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE;
    void *page = mmap(place, PAGE, PROT_READ | PROT_WRITE, flags, -1, 0);
    require(page == place, "a page for the secret");
    return page;
}

/* The page may have been unmapped: the kernel reads it, without a fault of ours. */
bool secret_changed(const struct secret *secret) {
    static unsigned char now[PAGE];
    int ends[2];
    require(pipe2(ends, O_CLOEXEC) == 0, "a pipe");
    bool readable = write(ends[1], secret->page, PAGE) == PAGE && read(ends[0], now, PAGE) == PAGE;
    close(ends[0]);
    close(ends[1]);
    return !readable || memcmp(now, secret->copy, PAGE) != 0;
}

uint64_t secret_sum(const struct secret *secret) {
    uint64_t sum = 0xcbf29ce484222325;
    for (int i = 0; i < PAGE; i++)
        sum = (sum ^ secret->copy[i]) * 0x100000001b3;
    return sum;
}

static void write_file(const char *path, const void *bytes, size_t size) {
    int file = open(path, O_CREAT | O_EXCL | O_WRONLY, 0644);
    require(file >= 0 && write(file, bytes, size) == (ssize_t)size, path);
    close(file);
}

int folders_make(struct folders *folders) {
    strcpy(folders->root, "run-XXXXXX");
    require(mkdtemp(folders->root) != NULL && chdir(folders->root) == 0, "a folder");
    require(mkdir("outside", 0755) == 0 && mkdir("granted", 0755) == 0 &&
                mkdir("shown", 0755) == 0 && mkdir("granted/sub", 0755) == 0,
            "folders");
    random_bytes(folders->file_secret, SECRET_SIZE);
    write_file("outside/secret", folders->file_secret, SECRET_SIZE);
    write_file("granted/mine", "mine\n", 5);
    write_file("shown/constant", "constant\n", 9);
    require(symlink("../outside", "granted/link-outside") == 0 &&
                symlink("../outside/secret", "granted/link-secret") == 0 &&
                symlink("sub/../../outside", "granted/link-winding") == 0 &&
                symlink("link-outside/secret", "granted/link-chain") == 0 &&
                symlink("/proc/self/root", "granted/link-root") == 0 &&
                symlink("/proc/self/mem", "granted/link-memory") == 0 &&
                symlink("../shown", "granted/link-shown") == 0,
            "links");
    int file = open("outside/secret", O_RDWR);
    require(file >= 0, "the secret file");
    return file;
}

static int entries(const char *path) {
    DIR *directory = opendir(path);
    int count = 0;
    while (directory != NULL && readdir(directory) != NULL)
        count++;
    if (directory != NULL)
        closedir(directory);
    return count;
}

/* A file as it was written; attributes as they were made. */
static bool is_intact(const char *path, const void *bytes, size_t size) {
    struct stat status;
    return stat(path, &status) == 0 && (size_t)status.st_size == size && status.st_nlink == 1 &&
           (status.st_mode & 07777) == 0644 && file_contains(path, bytes, size);
}

bool folders_changed(const struct folders *folders) {
    enum { DOTS = 2, AT_ROOT = 7 }; /* outside, granted, shown; out, errors, served, input */
    return entries("outside") != DOTS + 1 || entries("shown") != DOTS + 1 ||
           entries(".") != DOTS + AT_ROOT ||
           !is_intact("outside/secret", folders->file_secret, SECRET_SIZE) ||
           !is_intact("shown/constant", "constant\n", 9);
}

/* The file's bytes, at most a megabyte; freed by the caller. */
static unsigned char *read_file(const char *path, size_t *size) {
    enum { MOST = 1 << 20 };
    unsigned char *bytes = malloc(MOST);
    int file = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    ssize_t length = file < 0 || bytes == NULL ? -1 : read(file, bytes, MOST);
    if (file >= 0)
        close(file);
    *size = length < 0 ? 0 : (size_t)length;
    return bytes;
}

bool file_contains(const char *path, const void *part, size_t size) {
    size_t length;
    unsigned char *bytes = read_file(path, &length);
    bool found = bytes != NULL && memmem(bytes, length, part, size) != NULL;
    free(bytes);
    return found;
}

enum { PART = 4 }; /* as many bytes of a secret count as the secret */

static bool holds_part(const char *path, const unsigned char *secret) {
    for (int i = 0; i + PART <= SECRET_SIZE; i++)
        if (file_contains(path, secret + i, PART))
            return true;
    return false;
}

static const unsigned char *wanted;

/* A file's contents, and any name. */
static int look_into(const char *path, const struct stat *status, int kind, struct FTW *walk) {
    (void)walk;
    for (int i = 0; i + PART <= SECRET_SIZE; i++)
        if (memmem(path, strlen(path), wanted + i, PART) != NULL)
            return 1;
    return kind == FTW_F && S_ISREG(status->st_mode) && holds_part(path, wanted);
}

bool folders_hold(const struct folders *folders, const unsigned char *secret) {
    (void)folders;
    wanted = secret;
    return holds_part("out", secret) || holds_part("errors", secret) ||
           holds_part("served", secret) || nftw("granted", look_into, 16, FTW_PHYS) != 0;
}
