/*
 * The runner: gives one program its window, runs it, and ends as it ended. It is the start of every
 * program that tbx-cc links, and tbx-run by itself.
 */
#include "error.h"
#include "linked.h"
#include "options.h"
#include "report.h"

#include <stdio.h>
#include <string.h>

enum { EXIT_TIMEOUT = 124, EXIT_NOT_STARTED = 125, EXIT_FAULT = 126 };

static const char usage[] =
    "usage: tbx-run [options] [--] IMAGE [arguments]\n"
    "  --dir=HOST::GUEST     show a directory, read-only\n"
    "  --dir-rw=HOST::GUEST  show a directory, with write access\n"
    "  --env=NAME[=VALUE]    set an environment variable, or pass it on\n"
    "  --grant=WHAT          none, default, stdio, clock, cwd or args\n"
    "  --timeout=SECONDS     end the program after this time\n"
    "  --heap=BYTES --stack=BYTES --native-stack=BYTES   limits, with K, M or G\n"
    "  --as-linked           grant all that the program was linked with\n"
    "  --backend=WHICH       plain, emulated or device: what is behind its memory\n"
    "  --report=FILE         write how the run ended as JSON\n"
    "  --digest=SHA256       run this image only; may be given again\n"
    "  --require=LEVEL       data or code+data: run no image of a weaker level\n"
    "  --accept-unverified   run an image that was not verified: it may reach anything\n";

struct command {
    tbx_image *image;
    struct runner_options options;
    struct runner_trust trust;
    int argc; /* the program's */
    const char *const *argv;
};

/* A program with its image inside: its command line is all the program's. */
static bool read_linked(struct command *command, int argc, char **argv, tbx_error *error) {
    size_t size = (size_t)(tbx_image_end - tbx_image_start);
    command->image = tbx_image_load_with(tbx_image_start, size, &command->trust.policy, error);
    if (command->image == NULL || !runner_options_read_list(&command->options, tbx_options, error))
        return false;
    command->argv = (const char *const *)argv;
    command->argc = (command->options.grants & RUNNER_GRANT_ARGUMENTS) != 0 || argc == 0 ? argc : 1;
    return true;
}

/* The index of the image's name in argv. */
static int find_image_name(int argc, char **argv) {
    int at = 1;
    while (at < argc && strncmp(argv[at], "--", 2) == 0 && argv[at][2] != '\0')
        at++;
    return at < argc && strcmp(argv[at], "--") == 0 ? at + 1 : at;
}

/* What the options in front of the image's name say about trust: it decides whether the image is
 * opened at all. */
static bool read_trust(struct runner_trust *trust, int at, char **argv, tbx_error *error) {
    for (int i = 1; i < at; i++)
        if (runner_trust_is(argv[i]) && !runner_trust_read(trust, argv[i], error))
            return false;
    return true;
}

static bool read_options(struct runner_options *options, int at, char **argv, tbx_error *error) {
    for (int i = 1; i < at && strcmp(argv[i], "--") != 0; i++)
        if (!runner_trust_is(argv[i]) && strcmp(argv[i], "--as-linked") != 0 &&
            !runner_options_read(options, argv[i], error))
            return false;
    return true;
}

static bool is_given(const char *option, int at, char **argv) {
    for (int i = 1; i < at && strcmp(argv[i], "--") != 0; i++)
        if (strcmp(argv[i], option) == 0)
            return true;
    return false;
}

/*
 * tbx-run: options of the image first, so that those of the command line come on top. Whoever
 * linked the image wrote its options, so they do not decide what of this host it sees.
 */
static bool read_command_line(struct command *command, int argc, char **argv, tbx_error *error) {
    int at = find_image_name(argc, argv);
    if (at >= argc)
        return tbx_fail(error, "no image named; tbx-run --help lists the options");
    if (!read_trust(&command->trust, at, argv, error))
        return false;
    command->image = tbx_image_open_with(argv[at], &command->trust.policy, error);
    if (command->image == NULL)
        return false;
    const char *linked = tbx_image_options(command->image);
    bool read = is_given("--as-linked", at, argv)
                    ? runner_options_read_list(&command->options, linked, error)
                    : runner_options_read_foreign(&command->options, linked, error);
    if (!read || !read_options(&command->options, at, argv, error))
        return false;
    command->argv = (const char *const *)argv + at;
    command->argc = argc - at;
    return true;
}

/* Whether this is a program with its image inside, and not tbx-run. */
static bool is_linked(void) {
    return (uintptr_t)tbx_image_end != (uintptr_t)tbx_image_start;
}

static bool read_command(struct command *command, int argc, char **argv, tbx_error *error) {
    if (!runner_options_init(&command->options, error))
        return false;
    runner_trust_init(&command->trust);
    return (is_linked() ? read_linked(command, argc, argv, error)
                        : read_command_line(command, argc, argv, error)) &&
           runner_options_finish(&command->options, error);
}

static int exit_code(const tbx_outcome *outcome) {
    switch (outcome->kind) {
    case TBX_EXITED:
        return outcome->status;
    case TBX_FAULTED:
        return EXIT_FAULT;
    case TBX_TIMED_OUT:
        return EXIT_TIMEOUT;
    case TBX_RETURNED: /* neither happens to a program */
    case TBX_BUSY:
    case TBX_NOT_STARTED:
        break;
    }
    return EXIT_NOT_STARTED;
}

static int fail(const tbx_error *error) {
    fprintf(stderr, "tme-box: %s\n", error->message);
    return EXIT_NOT_STARTED;
}

/* The callers, as far as the stack shows them. */
static void print_trace(const tbx_image *image, const tbx_fault *fault) {
    for (uint32_t i = 0; i < fault->trace_count; i++) {
        char name[64];
        uint64_t distance;
        unsigned long long offset = fault->trace[i];
        if (tbx_image_symbol_at(image, offset - 1, name, sizeof name, &distance))
            fprintf(stderr, "tme-box:   called from offset 0x%llx (%s+0x%llx)\n", offset, name,
                    (unsigned long long)distance + 1);
    }
}

static int run(const struct command *command, tbx_sandbox *sandbox) {
    tbx_outcome outcome;
    tbx_error error;
    char message[512];
    tbx_sandbox_run(sandbox, command->argc, command->argv, &outcome);
    if (outcome.kind != TBX_EXITED) {
        tbx_outcome_describe(sandbox, &outcome, message, sizeof message);
        fprintf(stderr, "tme-box: %s\n", message);
    }
    if (outcome.kind == TBX_FAULTED)
        print_trace(command->image, &outcome.fault);
    const char *report = command->options.report;
    if (report != NULL && !runner_report_write(report, command->image, sandbox, &outcome, &error))
        return fail(&error);
    return exit_code(&outcome);
}

/* Plain is what there is without a start. */
static bool start_backend(tbx_backend backend, tbx_error *error) {
    return backend == TBX_BACKEND_PLAIN || tbx_backend_start(backend, NULL, error);
}

int main(int argc, char **argv) {
    struct command command = {0};
    tbx_error error = {""};
    tbx_sandbox *sandbox = NULL;
    if (!is_linked() && argc == 2 && strcmp(argv[1], "--help") == 0)
        return fputs(usage, stdout) < 0;
    if (read_command(&command, argc, argv, &error) &&
        start_backend(command.options.backend, &error))
        sandbox = tbx_sandbox_new(command.image, command.options.config, &error);
    int code = sandbox == NULL ? fail(&error) : run(&command, sandbox);
    tbx_sandbox_free(sandbox);
    tbx_image_release(command.image);
    runner_options_free(&command.options);
    return code;
}
