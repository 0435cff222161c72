#include "small_library.h"

#include "check.h"

#include <stdio.h>
#include <stdlib.h>

const char *path_in(const char *variable, const char *otherwise) {
    const char *path = getenv(variable);
    return path != NULL ? path : otherwise;
}

tbx_image *open_image(const char *path, tbx_error *error) {
    const tbx_image_policy policy = {.trust = TBX_TRUST_UNVERIFIED};
    return tbx_image_open_with(path, &policy, error);
}

tbx_host_function *first_import, *second_import;

static uint64_t run_first(tbx_sandbox *sandbox, const uint64_t arguments[6], void *context) {
    return first_import == NULL ? (uint64_t)-1 : first_import(sandbox, arguments, context);
}

uint64_t run_second(tbx_sandbox *sandbox, const uint64_t arguments[6], void *context) {
    return second_import == NULL ? (uint64_t)-1 : second_import(sandbox, arguments, context);
}

tbx_config *small_config(void) {
    tbx_error error;
    tbx_config *config = tbx_config_new();
    CHECK(tbx_config_set_heap(config, HEAP, &error) &&
          tbx_config_set_stack(config, STACK, &error) &&
          tbx_config_set_native_stack(config, STACK, &error));
    CHECK(tbx_config_add_function(config, "host_first", run_first, NULL, &error));
    CHECK(tbx_config_add_function(config, "host_second", run_second, NULL, &error));
    return config;
}

tbx_template *template;

void open_template(tbx_config *config) {
    tbx_error error = {""};
    tbx_image *image = open_image(path_in("LIBRARY_IMAGE", "library.tbx"), &error);
    template = image == NULL ? NULL : tbx_template_new(image, config, &error);
    tbx_image_release(image);
    tbx_config_free(config);
    if (template != NULL)
        return;
    printf("no template: %s\n", error.message);
    exit(1);
}

tbx_sandbox *new_copy(void) {
    tbx_error error = {""};
    tbx_sandbox *sandbox = tbx_template_copy(template, &error);
    if (sandbox != NULL)
        return sandbox;
    printf("no copy: %s\n", error.message);
    exit(1);
}

_Thread_local tbx_outcome outcome;

uint64_t call3(tbx_sandbox *sandbox, const char *name, uint64_t a, uint64_t b, uint64_t c) {
    const tbx_arguments arguments = {.integers = {a, b, c}};
    tbx_result result = {0};
    tbx_sandbox_call(sandbox, tbx_template_function(template, name), &arguments, &result, &outcome);
    return result.integer;
}

uint64_t call_import(tbx_sandbox *sandbox, tbx_host_function *function, uint64_t a, uint64_t b) {
    first_import = function;
    uint64_t result = call3(sandbox, "import", 0, a, b);
    first_import = NULL;
    return result;
}

const char *description(tbx_sandbox *sandbox) {
    static char text[512];
    tbx_outcome_describe(sandbox, &outcome, text, sizeof text);
    return text;
}

void reset(tbx_sandbox *sandbox) {
    tbx_error error = {""};
    CHECK(tbx_sandbox_reset(sandbox, &error));
}

void close_all(tbx_sandbox *sandbox) {
    tbx_sandbox_free(sandbox);
    tbx_template_release(template);
}
