/*
 * Hostile options, as a stranger may link them into an image, read as `tme-box run` reads them:
 * whatever they say, the program sees no more of the host than by default.
 */
#include "options.h"
#include "config.h"
#include "promises.h"
#include "sandbox.h"
#include "small_image.h"
#include "stamp.h"
#include "startup.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static tbx_image *image;

int LLVMFuzzerInitialize(int *argc, char ***argv) {
    (void)argc, (void)argv;
    static struct small_image bytes;
    small_image_make(&bytes);
    image = load_unverified(&bytes);
    make_secret();
    setenv("A", secret, 1);
    return 0;
}

/* By default a program sees the working directory, its arguments, the streams and the clock. */
static void check_options(const struct runner_options *options) {
    const struct tbx_config *config = options->config;
    const unsigned most =
        TBX_GRANT_STDIO | TBX_GRANT_CLOCK | RUNNER_GRANT_DIRECTORY | RUNNER_GRANT_ARGUMENTS;
    require((options->grants & ~most) == 0, "more than the default grants");
    require(options->report == NULL, "a file of the host's that the image chose");
    require(config->directory_count <= ((options->grants & RUNNER_GRANT_DIRECTORY) != 0 ? 1 : 0),
            "a directory that the image chose");
    for (unsigned i = 0; i < config->environment_count; i++)
        require(!holds_secret(config->environment[i], strlen(config->environment[i])),
                "a variable of the host's");
    require(config->heap <= TBX_MMAP_LIMIT && config->heap % TBX_PAGE_SIZE == 0 &&
                config->stack <= TBX_STARTUP_START - TBX_NULL_GUARD_END &&
                config->stack % TBX_PAGE_SIZE == 0 && config->native_stack <= TBX_WINDOW_SIZE,
            "a limit outside its bounds");
}

/* What was accepted makes a sandbox, or is refused; the start-up block holds it, or is refused. */
static void start(const struct runner_options *options) {
    static const char *const arguments[] = {"program", "argument"};
    tbx_error error = {""};
    tbx_sandbox *sandbox = tbx_sandbox_new(image, options->config, &error);
    if (sandbox == NULL)
        return;
    tbx_startup_write(sandbox, 2, arguments, &error);
    check_books(&sandbox->memory);
    check_mappings(&sandbox->memory);
    tbx_sandbox_free(sandbox);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct runner_options options;
    tbx_error error = {""};
    char *list = calloc(1, size + 2);
    require(list != NULL && runner_options_init(&options, &error), "no memory");
    if (size != 0)
        memcpy(list, data, size);
    if (runner_options_read_foreign(&options, list, &error)) {
        bool finished = runner_options_finish(&options, &error);
        check_options(&options);
        if (finished)
            start(&options);
    }
    require(memchr(error.message, '\0', sizeof error.message) != NULL, "an endless message");
    runner_options_free(&options);
    free(list);
    return 0;
}
