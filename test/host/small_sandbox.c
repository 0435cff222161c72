#include "small_sandbox.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static tbx_image *image;
static tbx_sandbox *sandbox;
static struct tbx_run run;
static tbx_outcome outcome;

void sandbox_open(tbx_config *config) {
    static const tbx_image_policy policy = {.trust = TBX_TRUST_UNVERIFIED};
    static struct small_image bytes;
    tbx_error error;
    small_image_make(&bytes);
    image = tbx_image_load_with(bytes.bytes, sizeof bytes.bytes, &policy, &error);
    sandbox = image == NULL ? NULL : tbx_sandbox_new(image, config, &error);
    tbx_config_free(config);
    if (sandbox == NULL) {
        printf("no sandbox: %s\n", error.message);
        exit(1);
    }
    run = (struct tbx_run){.sandbox = sandbox, .outcome = &outcome};
}

void sandbox_close(void) {
    tbx_sandbox_free(sandbox);
    tbx_image_release(image);
}

long host_call(uint64_t number, ...) {
    struct tbx_host_request call = {.number = number};
    va_list arguments;
    va_start(arguments, number);
    for (int i = 0; i < 6; i++)
        call.arguments[i] = va_arg(arguments, uint64_t);
    va_end(arguments);
    return tbx_dispatch(&run, &call);
}

unsigned char *guest(uint64_t offset) {
    return sandbox->memory.window.base + offset;
}

uint64_t put(uint64_t offset, const char *text) {
    memcpy(guest(offset), text, strlen(text) + 1);
    return offset;
}
