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
    "  --report=FILE         write how the run ended as JSON\n";

struct command {
    tbx_image *image;
    struct runner_options options;
    int argc; /* the program's */
    const char *const *argv;
};

/* A program with its image inside: its command line is all the program's. */
static bool read_linked(struct command *command, int argc, char **argv, tbx_error *error) {
    size_t size = (size_t)(tbx_image_end - tbx_image_start);
    command->image = tbx_image_load(tbx_image_start, size, error);
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

/* tbx-run: options of the image first, so that those of the command line come on top. */
static bool read_command_line(struct command *command, int argc, char **argv, tbx_error *error) {
    int at = find_image_name(argc, argv);
    if (at >= argc)
        return tbx_fail(error, "no image named\n%s", usage);
    command->image = tbx_image_open(argv[at], error);
    if (command->image == NULL ||
        !runner_options_read_list(&command->options, tbx_image_options(command->image), error))
        return false;
    for (int i = 1; i < at && strcmp(argv[i], "--") != 0; i++)
        if (!runner_options_read(&command->options, argv[i], error))
            return false;
    command->argv = (const char *const *)argv + at;
    command->argc = argc - at;
    return true;
}

static bool read_command(struct command *command, int argc, char **argv, tbx_error *error) {
    if (!runner_options_init(&command->options, error))
        return false;
    bool linked = (uintptr_t)tbx_image_end != (uintptr_t)tbx_image_start;
    return (linked ? read_linked(command, argc, argv, error)
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
    case TBX_NOT_STARTED:
        break;
    }
    return EXIT_NOT_STARTED;
}

static int fail(const tbx_error *error) {
    fprintf(stderr, "tme-box: %s\n", error->message);
    return EXIT_NOT_STARTED;
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
    const char *report = command->options.report;
    if (report != NULL && !runner_report_write(report, command->image, sandbox, &outcome, &error))
        return fail(&error);
    return exit_code(&outcome);
}

int main(int argc, char **argv) {
    struct command command = {0};
    tbx_error error = {""};
    tbx_sandbox *sandbox = NULL;
    if (read_command(&command, argc, argv, &error))
        sandbox = tbx_sandbox_new(command.image, command.options.config, &error);
    int code = sandbox == NULL ? fail(&error) : run(&command, sandbox);
    tbx_sandbox_free(sandbox);
    tbx_image_release(command.image);
    runner_options_free(&command.options);
    return code;
}
