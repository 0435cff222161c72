/*
 * Decodes PNG files of strangers in a sandbox: `sandboxed DECODER FILE...`. Each file meets a
 * sandbox that no other file has been in. docs/tutorial-png.md goes through it.
 */
#include "picture.h"

#include <stdio.h>
#include <stdlib.h>
#include <tmebox.h>

enum { HEAP = 64 << 20, MOST_PIXELS = 4 << 20, SECOND = 1000000000 };

static _Noreturn void fail(const char *message) {
    fprintf(stderr, "sandboxed: %s\n", message);
    exit(1);
}

/* The decoder, started once, with nothing granted but memory and time. */
static tbx_template *load(const char *path) {
    tbx_error error;
    tbx_image *image = tbx_image_open(path, &error);
    tbx_config *config = tbx_config_new();
    if (image == NULL || config == NULL || !tbx_config_set_heap(config, HEAP, &error))
        fail(image == NULL ? error.message : "out of memory");
    tbx_config_set_cpu_time(config, SECOND);
    tbx_template *decoder = tbx_template_new(image, config, &error);
    tbx_config_free(config);
    tbx_image_release(image);
    if (decoder == NULL)
        fail(error.message);
    return decoder;
}

/* A file's way through the sandbox. Each step is false when the sandbox has ended or has no room,
 * and `outcome` says which. */
struct request {
    const char *path;
    tbx_sandbox *sandbox;
    tbx_function decode;
    uint64_t file, size; /* in the sandbox: the file's bytes, and width and height */
    size_t length;
    tbx_outcome outcome;
};

static bool hand_over(struct request *request) {
    unsigned char *bytes = read_file(request->path, &request->length);
    tbx_sandbox *sandbox = request->sandbox;
    request->file = tbx_sandbox_allocate(sandbox, request->length, &request->outcome);
    request->size = tbx_sandbox_allocate(sandbox, 2 * sizeof(uint32_t), &request->outcome);
    bool done = request->file != 0 && request->size != 0 &&
                tbx_sandbox_copy_in(sandbox, request->file, bytes, request->length);
    free(bytes);
    return done;
}

/* Takes a picture out. What the sandbox says of it is checked, and copied before it is used. */
static bool take_picture(const struct request *request, uint64_t at) {
    uint32_t size[2];
    if (!tbx_sandbox_copy_out(request->sandbox, size, request->size, sizeof size) || size[0] == 0 ||
        size[1] == 0 || size[0] > MOST_PIXELS / size[1])
        return false;
    size_t length = (size_t)4 * size[0] * size[1];
    unsigned char *pixels = malloc(length);
    bool done = pixels != NULL && tbx_sandbox_copy_out(request->sandbox, pixels, at, length);
    if (done)
        print_picture(request->path, pixels, size[0], size[1]);
    free(pixels);
    return done;
}

static void say(const struct request *request, const char *what) {
    print_name(request->path);
    printf("%s\n", what);
}

static void decode(struct request *request) {
    char text[256];
    tbx_result result = {0};
    bool returned = false;
    if (hand_over(request)) {
        const tbx_arguments arguments = {
            .integers = {request->file, request->length, request->size}};
        returned = tbx_sandbox_call(request->sandbox, request->decode, &arguments, &result,
                                    &request->outcome);
    }
    if (!returned) {
        tbx_outcome_describe(request->sandbox, &request->outcome, text, sizeof text);
        say(request, text);
    } else if (result.integer == 0) {
        say(request, "not a PNG");
    } else if (!take_picture(request, result.integer)) {
        say(request, "the decoder says nonsense");
    }
}

int main(int argc, char **argv) {
    tbx_error error = {"usage: sandboxed DECODER FILE..."};
    if (argc < 2)
        fail(error.message);
    tbx_template *decoder = load(argv[1]);
    tbx_sandbox *sandbox = tbx_template_copy(decoder, &error);
    if (sandbox == NULL)
        fail(error.message);
    struct request request = {.sandbox = sandbox,
                              .decode = tbx_template_function(decoder, "decode")};
    for (int i = 2; i < argc; i++) {
        request.path = argv[i];
        decode(&request);
        if (!tbx_sandbox_reset(sandbox, &error))
            fail(error.message);
    }
    tbx_sandbox_free(sandbox);
    tbx_template_release(decoder);
    return 0;
}
