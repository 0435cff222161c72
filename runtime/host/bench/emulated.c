/*
 * What the emulated backend costs, written as JSON: an empty object where the machine cannot. Not a
 * test. The backend is chosen once a process, so each of its kinds is measured in a child, which
 * writes to memory that it shares with this process. All times are of the thread's processor clock.
 */
#include "line_cipher.h"
#include "sandbox.h"
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ROUNDS = 31, TURNS = 200, SANDBOXES = 31, PAGES = 32, MOST = 32000 };

/* Nanoseconds; keys of the output. */
struct times {
    double touch, emulated_touch, flip, flip_cipher, step, program, create, reset, destroy, live;
    bool is_emulated;
};

static struct times *times;

static double clock_now(void) {
    return now(CLOCK_THREAD_CPUTIME_ID);
}

static bool start(const tbx_backend_options *options) {
    tbx_error error;
    if (tbx_backend_start(TBX_BACKEND_EMULATED, options, &error))
        return true;
    fprintf(stderr, "not measured: %s\n", error.message);
    return false;
}

/* Writes to pages of new sandboxes' stacks, which nothing has used. */
static double first_touch(tbx_template *template) {
    double rounds[SANDBOXES];
    for (int i = 0; i < SANDBOXES; i++) {
        tbx_sandbox *sandbox = copy_of(template);
        volatile unsigned char *stack = sandbox->memory.window.base + sandbox->memory.stack_start;
        double start = clock_now();
        for (int page = 0; page < PAGES; page++)
            stack[page * TBX_PAGE_SIZE] = 1;
        rounds[i] = (clock_now() - start) / PAGES;
        tbx_sandbox_free(sandbox);
    }
    return median(rounds, SANDBOXES);
}

/* Places in two sandboxes' lines of one page. */
struct neighbours {
    tbx_pool *pool;
    tbx_sandbox *sandboxes[2];
    volatile unsigned char *lines[2];
};

static struct neighbours make_neighbours(tbx_template *template) {
    tbx_error error = {""};
    struct neighbours made = {.pool = tbx_pool_new(TBX_PAGE_SIZE, &error)};
    for (int i = 0; i < 2 && made.pool != NULL; i++) {
        made.sandboxes[i] = copy_of(template);
        uint64_t object = tbx_pool_allocate(made.pool, made.sandboxes[i], 1, &error);
        made.lines[i] = tbx_sandbox_pointer(made.sandboxes[i], object, 1);
    }
    if (made.pool == NULL || made.lines[0] == NULL || made.lines[1] == NULL)
        fail(error.message);
    return made;
}

static void free_neighbours(struct neighbours *made) {
    for (int i = 0; i < 2; i++)
        tbx_sandbox_free(made->sandboxes[i]);
    tbx_pool_free(made->pool);
}

/* Reads lines of the neighbours; `step` 1: in turn, 0: one of them only. */
static double read_lines(const struct neighbours *made, int step) {
    double rounds[ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
        double start = clock_now();
        for (int i = 0; i < TURNS; i++)
            (void)*made->lines[(i * step) % 2];
        rounds[round] = (clock_now() - start) / TURNS;
    }
    return median(rounds, ROUNDS);
}

/* The part of a flip that hardware would do: 64 lines encrypted, and decrypted. */
static double cipher_page(void) {
    static unsigned char page[TBX_PAGE_SIZE], bytes[TBX_LINE_KEY_SIZE];
    enum { LINES = TBX_PAGE_SIZE / TBX_LINE_SIZE };
    struct tbx_line_key key;
    double rounds[ROUNDS];
    tbx_line_key_expand(&key, bytes);
    for (int round = 0; round < ROUNDS; round++) {
        double start = clock_now();
        for (int i = 0; i < TURNS; i++) {
            tbx_lines_encrypt(&key, page, 0, LINES);
            tbx_lines_decrypt(&key, page, LINES, LINES);
        }
        rounds[round] = (clock_now() - start) / TURNS;
    }
    return median(rounds, ROUNDS);
}

/* Sandboxes until the system refuses. */
static void measure_fleet(tbx_template *template) {
    static tbx_sandbox *sandboxes[MOST];
    static double spent[3][MOST];
    tbx_error error;
    tbx_function add = tbx_template_function(template, "add");
    int count = 0;
    for (; count < MOST; count++) {
        double start = clock_now();
        sandboxes[count] = tbx_template_copy(template, &error);
        spent[0][count] = clock_now() - start;
        if (sandboxes[count] == NULL)
            break;
        call(sandboxes[count], add, 1);
    }
    for (int i = 0; i < count; i++) {
        double start = clock_now();
        if (!tbx_sandbox_reset(sandboxes[i], &error))
            fail(error.message);
        spent[1][i] = clock_now() - start;
    }
    for (int i = 0; i < count; i++) {
        double start = clock_now();
        tbx_sandbox_free(sandboxes[i]);
        spent[2][i] = clock_now() - start;
    }
    times->create = median(spent[0], count);
    times->reset = median(spent[1], count);
    times->destroy = median(spent[2], count);
    times->live = count;
}

static void measure_plain(tbx_image *image) {
    tbx_template *template = make_template(image, false);
    times->touch = first_touch(template);
    tbx_template_release(template);
}

static void measure_emulated(tbx_image *image) {
    times->is_emulated = start(NULL);
    if (!times->is_emulated)
        return;
    tbx_template *template = make_template(image, false);
    struct neighbours made = make_neighbours(template);
    times->flip = read_lines(&made, 1);
    times->flip_cipher = cipher_page();
    free_neighbours(&made);
    times->emulated_touch = first_touch(template);
    measure_fleet(template);
    tbx_template_release(template);
}

/* One KeyID for two sandboxes: each call finds its sandbox without. */
static void measure_turns(tbx_image *image) {
    if (!start(&(tbx_backend_options){.key_ids = 1}))
        return;
    tbx_template *template = make_template(image, false);
    tbx_sandbox *sandboxes[] = {copy_of(template), copy_of(template)};
    tbx_function add = tbx_template_function(template, "add");
    double rounds[ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
        double start = clock_now();
        for (int i = 0; i < TURNS; i++)
            call(sandboxes[i % 2], add, 1);
        rounds[round] = (clock_now() - start) / TURNS;
    }
    times->program = median(rounds, ROUNDS);
}

/* With an owner for each line: an instruction on a page of two owners. */
static void measure_integrity(tbx_image *image) {
    if (!start(&(tbx_backend_options){.integrity = true}))
        return;
    tbx_template *template = make_template(image, false);
    struct neighbours made = make_neighbours(template);
    times->step = read_lines(&made, 0);
}

/* In a child of its own. */
static void measure(void (*what)(tbx_image *image), tbx_image *image) {
    int status;
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        what(image);
        exit(0);
    }
    if (child < 0 || waitpid(child, &status, 0) != child || status != 0)
        fail("a measurement ended early");
}

static void print(void) {
    printf("{\n  \"first_touch_ns\": %.0f", times->touch);
    if (times->is_emulated)
        printf(",\n  \"emulated_first_touch_ns\": %.0f,\n  \"emulated_flip_us\": %.2f,\n"
               "  \"emulated_flip_cipher_us\": %.2f,\n  \"emulated_step_us\": %.2f,\n"
               "  \"emulated_program_us\": %.2f,\n  \"emulated_create_us\": %.2f,\n"
               "  \"emulated_reset_us\": %.2f,\n  \"emulated_destroy_us\": %.2f,\n"
               "  \"emulated_live_sandboxes\": %.0f",
               times->emulated_touch, times->flip / 1000, times->flip_cipher / 1000,
               times->step / 1000, times->program / 1000, times->create / 1000, times->reset / 1000,
               times->destroy / 1000, times->live);
    printf("\n}\n");
}

int main(int argc, char **argv) {
    tbx_image *image = open_image(argc, argv);
    times = mmap(NULL, sizeof *times, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (times == MAP_FAILED)
        fail("no memory");
    measure(measure_plain, image);
    measure(measure_emulated, image);
    measure(measure_turns, image);
    measure(measure_integrity, image);
    print();
    tbx_image_release(image);
    return 0;
}
