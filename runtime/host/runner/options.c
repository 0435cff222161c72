#include "options.h"

#include "backend.h"
#include "error.h"
#include "guest_path.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DEFAULT_GRANTS                                                                             \
    (TBX_GRANT_STDIO | TBX_GRANT_CLOCK | RUNNER_GRANT_DIRECTORY | RUNNER_GRANT_ARGUMENTS)

bool runner_options_init(struct runner_options *options, tbx_error *error) {
    *options = (struct runner_options){.config = tbx_config_new(), .grants = DEFAULT_GRANTS};
    return options->config != NULL || tbx_fail(error, "out of memory");
}

void runner_options_free(struct runner_options *options) {
    tbx_config_free(options->config);
}

/* A count of bytes such as 64M. */
static bool read_size(const char *text, uint64_t *bytes, tbx_error *error) {
    static const char units[] = "KMG";
    char *end;
    errno = 0;
    unsigned long long number =
        text[0] >= '0' && text[0] <= '9' ? strtoull(text, &end, 10) : (errno = EINVAL, 0);
    if (errno != 0)
        return tbx_fail(error, "\"%s\" is not a size", text);
    unsigned shift = 0;
    if (*end != '\0') {
        const char *unit = strchr(units, *end);
        if (unit == NULL || end[1] != '\0')
            return tbx_fail(error, "\"%s\" is not a size: a number and K, M or G", text);
        shift = 10 * (unsigned)(unit - units + 1);
    }
    if (number > UINT64_MAX >> shift)
        return tbx_fail(error, "\"%s\" is too large", text);
    *bytes = (uint64_t)number << shift;
    return true;
}

static bool read_timeout(struct runner_options *options, const char *text, tbx_error *error) {
    char *end;
    double seconds = strtod(text, &end);
    if (end == text || *end != '\0' || !(seconds > 0 && seconds <= 1e9))
        return tbx_fail(error, "\"%s\" is not a number of seconds above 0", text);
    uint64_t nanoseconds = (uint64_t)(seconds * 1e9);
    tbx_config_set_timeout(options->config, nanoseconds == 0 ? 1 : nanoseconds);
    return true;
}

static bool read_grant(struct runner_options *options, const char *name, tbx_error *error) {
    static const struct {
        const char *name;
        unsigned grants;
    } known[] = {{"default", DEFAULT_GRANTS},
                 {"clock", TBX_GRANT_CLOCK},
                 {"stdio", TBX_GRANT_STDIO},
                 {"cwd", RUNNER_GRANT_DIRECTORY},
                 {"args", RUNNER_GRANT_ARGUMENTS}};
    if (strcmp(name, "none") == 0) {
        options->grants = 0;
        return true;
    }
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (strcmp(name, known[i].name) != 0)
            continue;
        options->grants |= known[i].grants;
        return true;
    }
    return tbx_fail(error, "unknown grant \"%s\": none, default, stdio, clock, cwd, args", name);
}

static bool read_backend(struct runner_options *options, const char *name, tbx_error *error) {
    return tbx_backend_named(name, &options->backend) ||
           tbx_fail(error, "unknown backend \"%s\": plain, emulated or device", name);
}

/* NAME=VALUE, or NAME to pass the host's on; a name that the host does not have is left out. */
static bool read_environment(struct runner_options *options, const char *text, tbx_error *error) {
    if (strchr(text, '=') != NULL)
        return tbx_config_add_environment(options->config, text, error);
    const char *value = getenv(text);
    if (value == NULL)
        return true;
    size_t size = strlen(text) + 1 + strlen(value) + 1;
    char *assignment = malloc(size);
    if (assignment == NULL)
        return tbx_fail(error, "out of memory");
    strcpy(assignment, text);
    strcat(assignment, "=");
    strcat(assignment, value);
    bool added = tbx_config_add_environment(options->config, assignment, error);
    free(assignment);
    return added;
}

static bool remember_directory(struct runner_options *options, const char *option,
                               tbx_error *error) {
    if (options->directory_count == sizeof options->directories / sizeof *options->directories)
        return tbx_fail(error, "too many directories");
    options->directories[options->directory_count++] = option;
    return true;
}

static const char *value_of(const char *option, const char *name) {
    size_t length = strlen(name);
    return strncmp(option, name, length) == 0 && option[length] == '=' ? option + length + 1 : NULL;
}

bool runner_options_read(struct runner_options *options, const char *option, tbx_error *error) {
    const char *value;
    uint64_t bytes;
    if (value_of(option, "--dir") != NULL || value_of(option, "--dir-rw") != NULL)
        return remember_directory(options, option, error);
    if ((value = value_of(option, "--env")) != NULL)
        return read_environment(options, value, error);
    if ((value = value_of(option, "--timeout")) != NULL)
        return read_timeout(options, value, error);
    if ((value = value_of(option, "--heap")) != NULL)
        return read_size(value, &bytes, error) &&
               tbx_config_set_heap(options->config, bytes, error);
    if ((value = value_of(option, "--stack")) != NULL)
        return read_size(value, &bytes, error) &&
               tbx_config_set_stack(options->config, bytes, error);
    if ((value = value_of(option, "--native-stack")) != NULL)
        return read_size(value, &bytes, error) &&
               tbx_config_set_native_stack(options->config, bytes, error);
    if ((value = value_of(option, "--grant")) != NULL)
        return read_grant(options, value, error);
    if ((value = value_of(option, "--backend")) != NULL)
        return read_backend(options, value, error);
    if ((value = value_of(option, "--report")) != NULL) {
        options->report = value;
        return true;
    }
    return tbx_fail(error, "unknown option \"%s\"", option);
}

bool runner_options_read_list(struct runner_options *options, const char *list, tbx_error *error) {
    for (const char *option = list; option[0] != '\0'; option += strlen(option) + 1)
        if (!runner_options_read(options, option, error))
            return false;
    return true;
}

/* Whether an option shows the program something of the host that it does not get by default, or
 * says how the host is to work. */
static bool is_the_hosts(const char *option) {
    const char *variable = value_of(option, "--env");
    return value_of(option, "--backend") != NULL || value_of(option, "--dir") != NULL ||
           value_of(option, "--dir-rw") != NULL || value_of(option, "--report") != NULL ||
           (variable != NULL && strchr(variable, '=') == NULL);
}

/* The option is hostile: what is shown of it is as printable as errors are. */
static void tell_withheld(const char *option) {
    tbx_error notice;
    tbx_fail(&notice,
             "the program was linked with %.100s, which it is not granted here; name it on the "
             "command line, or use --as-linked",
             option);
    fprintf(stderr, "tme-box: %s\n", notice.message);
}

bool runner_options_read_foreign(struct runner_options *options, const char *list,
                                 tbx_error *error) {
    for (const char *option = list; option[0] != '\0'; option += strlen(option) + 1) {
        if (is_the_hosts(option))
            tell_withheld(option);
        else if (!runner_options_read(options, option, error))
            return false;
    }
    return true;
}

/* HOST::GUEST, or HOST alone for a directory that has the same path on both sides. */
static bool add_directory(struct runner_options *options, const char *option, tbx_error *error) {
    bool writable = value_of(option, "--dir-rw") != NULL;
    const char *value = strchr(option, '=') + 1;
    const char *colons = strstr(value, "::");
    size_t length = colons == NULL ? strlen(value) : (size_t)(colons - value);
    char host[PATH_MAX], whole[PATH_MAX];
    if (length == 0 || length >= sizeof host)
        return tbx_fail(error, "\"%s\" is not HOST::GUEST", option);
    memcpy(host, value, length);
    host[length] = '\0';
    if (colons == NULL && realpath(host, whole) == NULL)
        return tbx_fail_errno(error, "cannot grant the directory %s", host);
    return tbx_config_add_directory(options->config, host, colons == NULL ? whole : colons + 2,
                                    writable, error);
}

/* The host's working directory is the sandbox's if the sandbox can see it. */
static bool is_visible(const struct runner_options *options, const char *path) {
    if ((options->grants & RUNNER_GRANT_DIRECTORY) != 0)
        return true;
    for (unsigned i = 0; i < options->directory_count; i++) {
        const char *guest = strstr(options->directories[i], "::");
        char normal[TBX_PATH_MAX];
        if (guest != NULL && tbx_guest_path_join(normal, "/", guest + 2) &&
            tbx_guest_path_below(path, normal) != NULL)
            return true;
        if (guest == NULL && realpath(strchr(options->directories[i], '=') + 1, normal) != NULL &&
            tbx_guest_path_below(path, normal) != NULL)
            return true;
    }
    return false;
}

bool runner_options_finish(struct runner_options *options, tbx_error *error) {
    char current[PATH_MAX];
    bool known = getcwd(current, sizeof current) != NULL && current[0] == '/';
    tbx_config_grant(options->config, options->grants & (TBX_GRANT_STDIO | TBX_GRANT_CLOCK));
    if ((options->grants & RUNNER_GRANT_DIRECTORY) != 0 && known &&
        !tbx_config_add_directory(options->config, ".", current, false, error))
        return false;
    for (unsigned i = 0; i < options->directory_count; i++)
        if (!add_directory(options, options->directories[i], error))
            return false;
    return !known || !is_visible(options, current) ||
           tbx_config_set_working_directory(options->config, current, error);
}
