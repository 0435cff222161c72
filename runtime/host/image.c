#include "image.h"

#include "error.h"
#include "layout.h"
#include "own_descriptor.h"
#include "run.h"
#include "verdict.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* Whether `policy` takes the image. Its verdict is read and then overwritten with zeros: what is
 * mapped is what the verifier saw and what the digest covers, to the last byte. */
static bool judge(tbx_image *image, unsigned char *bytes, const tbx_image_policy *policy,
                  tbx_error *error) {
    struct tbx_verdict verdict = tbx_verdict_read(image->elf.verdict);
    if (image->elf.verdict != NULL)
        memset(bytes + (image->elf.verdict - bytes), 0, TBX_VERDICT_SIZE);
    tbx_elf_find_tables(&image->elf);
    image->digest = tbx_digest_of(&image->elf);
    image->verified = tbx_verdict_fits(&verdict, &image->elf, &image->digest);
    return tbx_policy_accepts(policy, &verdict, &image->elf, &image->digest, error);
}

/* Takes over `bytes` and `options`; frees them when the image is refused. */
static tbx_image *adopt(unsigned char *bytes, size_t size, char *options,
                        const tbx_image_policy *policy, tbx_error *error) {
    tbx_image *image = calloc(1, sizeof *image);
    if (image == NULL || options == NULL || !tbx_elf_parse(bytes, size, &image->elf, error) ||
        !judge(image, bytes, policy, error)) {
        if (image == NULL || options == NULL)
            tbx_fail(error, "out of memory");
        free(image);
        free(bytes);
        free(options);
        return NULL;
    }
    atomic_init(&image->references, 1);
    pthread_mutex_init(&image->lock, NULL);
    image->bytes = bytes;
    image->options = options;
    return image;
}

/* A copy of `options` (hostile) that surely ends with an empty string. */
static char *copy_options(const unsigned char *options, size_t size) {
    char *copy = calloc(1, size + 2);
    if (copy != NULL && size > 0)
        memcpy(copy, options, size);
    return copy;
}

static tbx_image *load_copy(const unsigned char *bytes, size_t size, const unsigned char *options,
                            size_t options_size, const tbx_image_policy *policy, tbx_error *error) {
    unsigned char *copy = malloc(size + 1);
    if (copy == NULL) {
        tbx_fail(error, "out of memory");
        return NULL;
    }
    if (size > 0)
        memcpy(copy, bytes, size);
    return adopt(copy, size, copy_options(options, options_size), policy, error);
}

tbx_image *tbx_image_load_with(const void *bytes, size_t size, const tbx_image_policy *policy,
                               tbx_error *error) {
    return load_copy(bytes, size, NULL, 0, policy, error);
}

tbx_image *tbx_image_load(const void *bytes, size_t size, tbx_error *error) {
    return tbx_image_load_with(bytes, size, NULL, error);
}

/* A program linked by tbx-cc has its image in a section of its own, else the file itself is the
 * image. */
static tbx_image *load_file(const unsigned char *bytes, size_t size, const tbx_image_policy *policy,
                            tbx_error *error) {
    const unsigned char *image, *options;
    size_t image_size, options_size;
    if (!tbx_elf_find_section(bytes, size, ".tbx.image", &image, &image_size))
        return load_copy(bytes, size, NULL, 0, policy, error);
    if (!tbx_elf_find_section(bytes, size, ".tbx.options", &options, &options_size)) {
        options = NULL;
        options_size = 0;
    }
    return load_copy(image, image_size, options, options_size, policy, error);
}

/* Reads the file whole: mapped, it could change after it was checked. Null with errno. */
static unsigned char *read_whole(int file, size_t size) {
    unsigned char *bytes = malloc(size);
    size_t have = 0;
    while (bytes != NULL && have < size) {
        ssize_t step = read(file, bytes + have, size - have);
        if (step <= 0) {
            free(bytes);
            errno = step == 0 ? EIO : errno;
            return NULL;
        }
        have += (size_t)step;
    }
    return bytes;
}

static tbx_image *load_descriptor(int file, const char *path, const tbx_image_policy *policy,
                                  tbx_error *error) {
    struct stat status;
    if (fstat(file, &status) != 0 || !S_ISREG(status.st_mode) || status.st_size == 0) {
        tbx_fail(error, "%s: not a file with an image", path);
        return NULL;
    }
    size_t size = (size_t)status.st_size;
    unsigned char *bytes = read_whole(file, size);
    if (bytes == NULL) {
        tbx_fail_errno(error, "%s", path);
        return NULL;
    }
    tbx_error why = {""};
    tbx_image *image = load_file(bytes, size, policy, &why);
    free(bytes);
    if (image == NULL)
        tbx_fail(error, "%s cannot be loaded: %s", path, why.message);
    return image;
}

tbx_image *tbx_image_open_with(const char *path, const tbx_image_policy *policy, tbx_error *error) {
    int file = tbx_own_descriptor(open(path, O_RDONLY | O_CLOEXEC));
    if (file < 0) {
        tbx_fail_errno(error, "%s", path);
        return NULL;
    }
    tbx_image *image = load_descriptor(file, path, policy, error);
    close(file);
    return image;
}

tbx_image *tbx_image_open(const char *path, tbx_error *error) {
    return tbx_image_open_with(path, NULL, error);
}

void tbx_image_retain(tbx_image *image) {
    atomic_fetch_add(&image->references, 1);
}

void tbx_image_release(tbx_image *image) {
    if (image == NULL || atomic_fetch_sub(&image->references, 1) != 1)
        return;
    tbx_window_release(&image->code);
    pthread_mutex_destroy(&image->lock);
    free(image->options);
    free(image->bytes);
    free(image);
}

bool tbx_image_symbol_at(const tbx_image *image, uint64_t code_offset, char *name, size_t size,
                         uint64_t *distance) {
    return code_offset <= UINT32_MAX &&
           tbx_elf_symbol_at(&image->elf, (uint32_t)code_offset, name, size, distance);
}

tbx_isolation tbx_image_isolation(const tbx_image *image) {
    return image->elf.isolation;
}

bool tbx_image_is_verified(const tbx_image *image) {
    return image->verified;
}

tbx_digest tbx_image_digest(const tbx_image *image) {
    return image->digest;
}

const char *tbx_image_options(const tbx_image *image) {
    return image->options;
}

static bool copy_segment(const struct tbx_window *window, const struct tbx_elf_image *elf,
                         const struct tbx_segment *segment) {
    if (!tbx_window_protect(window, segment->offset, tbx_page_up(segment->memory_size),
                            PROT_READ | PROT_WRITE))
        return false;
    memcpy(window->base + segment->offset, elf->bytes + segment->file_offset, segment->file_size);
    return true;
}

/* The rest of the last code page, which the file does not fill, must trap and not be `add
 * %al,(%rax)`. */
static void trap_after_code(const struct tbx_window *window, const struct tbx_segment *code) {
    memset(window->base + code->offset + code->memory_size, 0xCC,
           tbx_page_up(code->memory_size) - code->memory_size);
}

static bool fill_code_window(const struct tbx_window *window, const struct tbx_elf_image *elf) {
    if (!copy_segment(window, elf, &elf->code) || !copy_segment(window, elf, &elf->read_only))
        return false;
    trap_after_code(window, &elf->code);
    void (*gate)(void) = tbx_gate;
    memcpy(window->base + elf->read_only.offset, &gate, sizeof gate);
    return tbx_window_protect(window, elf->code.offset, tbx_page_up(elf->code.memory_size),
                              PROT_READ | PROT_EXEC) &&
           tbx_window_protect(window, elf->read_only.offset,
                              tbx_page_up(elf->read_only.memory_size), PROT_READ);
}

bool tbx_image_map_code(tbx_image *image, tbx_error *error) {
    pthread_mutex_lock(&image->lock);
    bool done = image->code.key != 0;
    if (!done && tbx_window_reserve(&image->code, &tbx_plain, error)) {
        done = fill_code_window(&image->code, &image->elf);
        if (!done) {
            tbx_fail_errno(error, "cannot load the code");
            tbx_window_release(&image->code);
        }
    }
    pthread_mutex_unlock(&image->lock);
    return done;
}
