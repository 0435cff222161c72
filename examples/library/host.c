/* Calls a sandboxed library: `host LIBRARY`. docs/tutorial-library.md goes through it. */
#include <stdio.h>
#include <stdlib.h>
#include <tmebox.h>

/* What the library may ask for. The arguments are hostile; a sum of any numbers does no harm. */
static uint64_t host_add(tbx_sandbox *sandbox, const uint64_t arguments[6], void *context) {
    (void)sandbox, (void)context;
    return arguments[0] + arguments[1];
}

static tbx_template *load(const char *path) {
    tbx_error error;
    tbx_image *image = tbx_image_open(path, &error);
    tbx_config *config = tbx_config_new();
    tbx_template *library = NULL;
    if (image != NULL && tbx_config_set_heap(config, 16 << 20, &error) &&
        tbx_config_add_function(config, "host_add", host_add, NULL, &error))
        library = tbx_template_new(image, config, &error);
    tbx_config_free(config);
    tbx_image_release(image);
    if (library != NULL)
        return library;
    fprintf(stderr, "host: %s\n", error.message);
    exit(1);
}

/* Calls a function with two integers and a double; says so if it does not return. */
static tbx_result call(tbx_template *library, tbx_sandbox *sandbox, const char *name,
                       const tbx_arguments *arguments) {
    tbx_result result = {0};
    tbx_outcome outcome;
    char text[256];
    if (!tbx_sandbox_call(sandbox, tbx_template_function(library, name), arguments, &result,
                          &outcome)) {
        tbx_outcome_describe(sandbox, &outcome, text, sizeof text);
        printf("%s: %s\n", name, text);
    }
    return result;
}

static void use(tbx_template *library, tbx_sandbox *sandbox) {
    char text[] = "hello there", back[sizeof text];
    int numbers[] = {5, 3, 9, 1, 4};
    tbx_outcome outcome;
    uint64_t place = tbx_sandbox_allocate(sandbox, 100, &outcome);
    tbx_sandbox_copy_in(sandbox, place, text, sizeof text);
    call(library, sandbox, "upper", &(tbx_arguments){.integers = {place}});
    if (tbx_sandbox_copy_string_out(sandbox, back, sizeof back, place))
        printf("%s\n", back);
    tbx_sandbox_copy_in(sandbox, place, numbers, sizeof numbers);
    call(library, sandbox, "sort", &(tbx_arguments){.integers = {place, 5}});
    if (tbx_sandbox_copy_out(sandbox, numbers, place, sizeof numbers))
        printf("%d %d %d %d %d\n", numbers[0], numbers[1], numbers[2], numbers[3], numbers[4]);
    tbx_sandbox_release(sandbox, place, &outcome);
    printf("%g\n",
           call(library, sandbox, "halve", &(tbx_arguments){.real_count = 1, .reals = {5}}).real);
    printf("%d\n",
           (int)call(library, sandbox, "ask", &(tbx_arguments){.integers = {1, 2}}).integer);
}

int main(int argc, char **argv) {
    tbx_error error;
    tbx_template *library = load(argc > 1 ? argv[1] : "library.tbx");
    tbx_sandbox *sandbox = tbx_template_copy(library, &error);
    if (sandbox == NULL) {
        fprintf(stderr, "host: %s\n", error.message);
        return 1;
    }
    use(library, sandbox);
    call(library, sandbox, "store", &(tbx_arguments){.integers = {0, 1}});
    call(library, sandbox, "ask", &(tbx_arguments){0}); /* it has ended */
    if (tbx_sandbox_reset(sandbox, &error))
        use(library, sandbox);
    tbx_sandbox_free(sandbox);
    tbx_template_release(library);
    return 0;
}
