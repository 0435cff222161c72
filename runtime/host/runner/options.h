/* The runner's options, the same on the command line of tbx-run and linked into a program. */
#ifndef TBX_RUNNER_OPTIONS_H
#define TBX_RUNNER_OPTIONS_H

#include "tmebox.h"

enum { RUNNER_MAX_DIGESTS = 64 };

struct runner_options {
    tbx_config *config;          /* owned */
    unsigned grants;             /* bits of TBX_GRANT_* and RUNNER_GRANT_* */
    tbx_backend backend;         /* to start before the sandbox */
    const char *report;          /* the file for the report; null: none. Borrowed from the option */
    const char *directories[32]; /* the --dir and --dir-rw options, in order; borrowed */
    unsigned directory_count;
};

/* What the command line says about trust; never read from an image. */
struct runner_trust {
    tbx_image_policy policy;
    tbx_digest digests[RUNNER_MAX_DIGESTS]; /* of --digest, for the policy */
};

/* Trust by default, or by TBX_ACCEPT_UNVERIFIED in the environment. The policy points into `trust`.
 */
void runner_trust_init(struct runner_trust *trust);

bool runner_trust_is(const char *option);

/* Reads an option that is about trust. */
bool runner_trust_read(struct runner_trust *trust, const char *option, tbx_error *error);

enum {
    RUNNER_GRANT_DIRECTORY = 1 << 16, /* the working directory, read-only */
    RUNNER_GRANT_ARGUMENTS = 1 << 17, /* the arguments of the command line of a linked program */
};

/* The default grants and limits. False when out of memory. */
bool runner_options_init(struct runner_options *options, tbx_error *error);
void runner_options_free(struct runner_options *options);

/* Reads one option, such as `--timeout=2.5`. */
bool runner_options_read(struct runner_options *options, const char *option, tbx_error *error);

/* Reads NUL-terminated options up to an empty one. */
bool runner_options_read_list(struct runner_options *options, const char *list, tbx_error *error);

/*
 * The same for the list of an image that somebody else may have linked: its limits, values for its
 * environment and fewer grants than the default are taken; what would show it more of the host is
 * left out, and told on the standard error.
 */
bool runner_options_read_foreign(struct runner_options *options, const char *list,
                                 tbx_error *error);

/* Puts grants and directories into the config. After the last option. */
bool runner_options_finish(struct runner_options *options, tbx_error *error);

#endif
