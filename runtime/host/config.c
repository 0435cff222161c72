#include "config.h"

#include "error.h"
#include "guest_path.h"
#include "host_call.h"
#include "layout.h"

#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>

enum { MAX_ENVIRONMENT = 4096 };

#define DEFAULT_HEAP (1ull << 30)
#define DEFAULT_STACK (64ull << 20)
#define LEAST_STACK (64ull << 10)

struct tbx_config tbx_config_default(void) {
    return (struct tbx_config){.references = 1,
                               .heap = DEFAULT_HEAP,
                               .stack = DEFAULT_STACK,
                               .native_stack = DEFAULT_STACK};
}

tbx_config *tbx_config_new(void) {
    tbx_config *config = malloc(sizeof *config);
    if (config != NULL)
        *config = tbx_config_default();
    return config;
}

void tbx_config_free(tbx_config *config) {
    if (config == NULL || atomic_fetch_sub(&config->references, 1) != 1)
        return;
    for (unsigned i = 0; i < config->directory_count; i++) {
        free(config->directories[i].host_path);
        free(config->directories[i].guest_path);
    }
    for (unsigned i = 0; i < config->environment_count; i++)
        free(config->environment[i]);
    for (unsigned i = 0; i < config->function_count; i++)
        free(config->functions[i].name);
    free(config->functions);
    free(config->environment);
    free(config->working_directory);
    free(config);
}

void tbx_config_grant(tbx_config *config, unsigned grants) {
    config->grants = grants;
}

/* A copy of the guest path in normal form; null and a message when it is not absolute. */
static char *normal_copy(const char *path, tbx_error *error) {
    char normal[TBX_PATH_MAX];
    if (path[0] != '/' || !tbx_guest_path_join(normal, "/", path)) {
        tbx_fail(error, "\"%s\" is not an absolute path of less than %d bytes", path, TBX_PATH_MAX);
        return NULL;
    }
    char *copy = strdup(normal);
    if (copy == NULL)
        tbx_fail(error, "out of memory");
    return copy;
}

bool tbx_config_add_directory(tbx_config *config, const char *host_path, const char *guest_path,
                              bool writable, tbx_error *error) {
    if (config->directory_count == TBX_MAX_DIRECTORIES)
        return tbx_fail(error, "more than %d directories", TBX_MAX_DIRECTORIES);
    char *guest_copy = normal_copy(guest_path, error);
    if (guest_copy == NULL)
        return false;
    char *host_copy = strdup(host_path);
    if (host_copy == NULL) {
        free(guest_copy);
        return tbx_fail(error, "out of memory");
    }
    config->directories[config->directory_count++] = (struct tbx_directory){
        .host_path = host_copy, .guest_path = guest_copy, .writable = writable};
    return true;
}

bool tbx_config_set_working_directory(tbx_config *config, const char *guest_path,
                                      tbx_error *error) {
    char *copy = normal_copy(guest_path, error);
    if (copy == NULL)
        return false;
    free(config->working_directory);
    config->working_directory = copy;
    return true;
}

bool tbx_config_add_environment(tbx_config *config, const char *assignment, tbx_error *error) {
    if (strchr(assignment, '=') == NULL || assignment[0] == '=')
        return tbx_fail(error, "\"%s\" is not NAME=VALUE", assignment);
    if (config->environment_count == MAX_ENVIRONMENT)
        return tbx_fail(error, "more than %d environment variables", MAX_ENVIRONMENT);
    char **grown = realloc(config->environment, (config->environment_count + 1) * sizeof *grown);
    char *copy = strdup(assignment);
    if (grown != NULL)
        config->environment = grown;
    if (grown == NULL || copy == NULL) {
        free(copy);
        return tbx_fail(error, "out of memory");
    }
    config->environment[config->environment_count++] = copy;
    return true;
}

bool tbx_config_set_heap(tbx_config *config, uint64_t bytes, tbx_error *error) {
    if (bytes > TBX_MMAP_LIMIT)
        return tbx_fail(error, "a heap of %llu bytes does not fit in a window",
                        (unsigned long long)bytes);
    config->heap = tbx_page_up(bytes);
    return true;
}

bool tbx_config_set_stack(tbx_config *config, uint64_t bytes, tbx_error *error) {
    uint64_t most = TBX_STARTUP_START - TBX_NULL_GUARD_END;
    if (bytes < LEAST_STACK || bytes > most)
        return tbx_fail(error, "the stack has %llu to %llu bytes", LEAST_STACK,
                        (unsigned long long)most);
    config->stack = tbx_page_up(bytes);
    return true;
}

bool tbx_config_set_native_stack(tbx_config *config, uint64_t bytes, tbx_error *error) {
    uint64_t most = TBX_WINDOW_SIZE;
    if (bytes < LEAST_STACK || bytes > most)
        return tbx_fail(error, "the native stack has %llu to %llu bytes", LEAST_STACK,
                        (unsigned long long)most);
    config->native_stack = tbx_page_up(bytes);
    return true;
}

void tbx_config_set_timeout(tbx_config *config, uint64_t nanoseconds) {
    config->timeout = nanoseconds;
    config->has_time_limits = config->timeout != 0 || config->cpu_time != 0;
}

void tbx_config_set_cpu_time(tbx_config *config, uint64_t nanoseconds) {
    config->cpu_time = nanoseconds;
    config->has_time_limits = config->timeout != 0 || config->cpu_time != 0;
}

void tbx_config_keep_registers(tbx_config *config, bool keep) {
    config->keeps_registers = keep;
}

/* The end is always allowed: without it a program that is over would go on. */
static void allow_exit(uint64_t allowed[]) {
    allowed[SYS_exit / 64] |= 1ull << SYS_exit % 64;
    allowed[SYS_exit_group / 64] |= 1ull << SYS_exit_group % 64;
}

bool tbx_config_allow_calls(tbx_config *config, const char *names, tbx_error *error) {
    static const char blanks[] = " \t\n";
    uint64_t allowed[TBX_SYSTEM_CALLS / 64] = {0};
    allow_exit(allowed);
    for (names += strspn(names, blanks); *names != '\0'; names += strspn(names, blanks)) {
        size_t length = strcspn(names, blanks);
        int number = tbx_host_call_number(names, length);
        if (number < 0)
            return tbx_fail(error, "no system call \"%.*s\" is answered in sandboxes",
                            length < 64 ? (int)length : 64, names);
        allowed[number / 64] |= 1ull << number % 64;
        names += length;
    }
    config->limits_calls = true;
    memcpy(config->allowed_calls, allowed, sizeof allowed);
    return true;
}

bool tbx_config_add_function(tbx_config *config, const char *name, tbx_host_function *function,
                             void *context, tbx_error *error) {
    struct tbx_named_function *grown =
        realloc(config->functions, (config->function_count + 1) * sizeof *grown);
    char *copy = strdup(name);
    if (grown != NULL)
        config->functions = grown;
    if (grown == NULL || copy == NULL) {
        free(copy);
        return tbx_fail(error, "out of memory");
    }
    config->functions[config->function_count++] =
        (struct tbx_named_function){.name = copy, .function = function, .context = context};
    return true;
}

static bool copy_strings(struct tbx_config *copy, const struct tbx_config *config) {
    tbx_error error;
    for (unsigned i = 0; i < config->directory_count; i++) {
        const struct tbx_directory *from = &config->directories[i];
        if (!tbx_config_add_directory(copy, from->host_path, from->guest_path, from->writable,
                                      &error))
            return false;
    }
    for (unsigned i = 0; i < config->environment_count; i++)
        if (!tbx_config_add_environment(copy, config->environment[i], &error))
            return false;
    for (unsigned i = 0; i < config->function_count; i++) {
        const struct tbx_named_function *from = &config->functions[i];
        if (!tbx_config_add_function(copy, from->name, from->function, from->context, &error))
            return false;
    }
    return config->working_directory == NULL ||
           tbx_config_set_working_directory(copy, config->working_directory, &error);
}

struct tbx_config *tbx_config_copy(const struct tbx_config *config) {
    struct tbx_config *copy = tbx_config_new();
    if (copy == NULL)
        return NULL;
    copy->grants = config->grants;
    copy->heap = config->heap;
    copy->stack = config->stack;
    copy->native_stack = config->native_stack;
    copy->timeout = config->timeout;
    copy->cpu_time = config->cpu_time;
    copy->has_time_limits = config->has_time_limits;
    copy->limits_calls = config->limits_calls;
    memcpy(copy->allowed_calls, config->allowed_calls, sizeof copy->allowed_calls);
    copy->keeps_registers = config->keeps_registers;
    if (copy_strings(copy, config))
        return copy;
    tbx_config_free(copy);
    return NULL;
}

struct tbx_config *tbx_config_retain(struct tbx_config *config) {
    atomic_fetch_add(&config->references, 1);
    return config;
}
