#include "template.h"

#include "error.h"
#include "files.h"
#include "thread.h"

#include <stdlib.h>
#include <unistd.h>

/* Why a start-up did not end by returning. */
static bool fail_start(const struct tbx_sandbox *sandbox, const tbx_outcome *outcome,
                       tbx_error *error) {
    char text[200];
    if (outcome->kind == TBX_EXITED)
        return tbx_fail(error,
                        "the image is a program, which ended with status %d: link a library with "
                        "-ftbx-library",
                        outcome->status);
    tbx_outcome_describe(sandbox, outcome, text, sizeof text);
    return tbx_fail(error, "the library's start-up failed: %s", text);
}

/* Runs `_start` in a sandbox that shares the template's file. */
static bool start_library(struct tbx_sandbox *sandbox, tbx_error *error) {
    tbx_outcome outcome = {.kind = TBX_NOT_STARTED};
    struct tbx_run run = {.sandbox = sandbox, .outcome = &outcome};
    bool nested;
    return tbx_sandbox_enter(sandbox, &nested) && tbx_run_program(&run, 0, NULL, error) &&
           (outcome.kind == TBX_RETURNED || fail_start(sandbox, &outcome, error));
}

static bool make_memory(struct tbx_template *template, tbx_error *error) {
    struct tbx_sandbox first = {.image = template->image,
                                .config = template->config,
                                .imports = template->imports,
                                .import_count = template->import_count,
                                .identity = tbx_new_identity()};
    const struct tbx_config *config = template->config;
    first.files = tbx_files_new(config, tbx_mounts_retain(template->mounts), error);
    bool made = first.files != NULL &&
                tbx_memory_init_template(&first.memory, &template->image->elf, config->stack,
                                         config->heap, &template->file, error) &&
                start_library(&first, error) &&
                tbx_memory_seal(&first.memory, template->file, error);
    template->jump_serial = first.jump_serial;
    if (made)
        template->memory = first.memory;
    else
        tbx_memory_free(&first.memory);
    tbx_files_free(first.files);
    return made;
}

static bool fill(struct tbx_template *template, const tbx_config *config, tbx_error *error) {
    template->config = tbx_config_copy(config);
    if (template->config == NULL)
        return tbx_fail(error, "out of memory");
    template->allocate = tbx_library_find(&template->image->elf, "malloc");
    template->release = tbx_library_find(&template->image->elf, "free");
    template->import_count = tbx_library_import_count(&template->image->elf);
    template->mounts = tbx_mounts_open(template->config, error);
    return template->mounts != NULL &&
           tbx_library_functions(&template->image->elf, &template->functions, error) &&
           tbx_library_bind(template->image, template->config, &template->imports, error) &&
           tbx_image_map_code(template->image, error) && make_memory(template, error);
}

tbx_template *tbx_template_new(tbx_image *image, const tbx_config *config, tbx_error *error) {
    struct tbx_config defaults = tbx_config_default();
    tbx_machine_prepare();
    tbx_template *template = calloc(1, sizeof *template);
    if (template == NULL) {
        tbx_fail(error, "out of memory");
        return NULL;
    }
    atomic_init(&template->references, 1);
    template->file = -1;
    tbx_image_retain(image);
    template->image = image;
    if (fill(template, config == NULL ? &defaults : config, error))
        return template;
    tbx_template_release(template);
    return NULL;
}

static void free_template(struct tbx_template *template) {
    if (template->file >= 0)
        close(template->file);
    tbx_memory_free(&template->memory);
    free(template->functions.bits);
    free(template->imports);
    tbx_mounts_release(template->mounts);
    tbx_config_free(template->config);
    tbx_image_release(template->image);
    free(template);
}

void tbx_template_release(tbx_template *template) {
    if (template != NULL && atomic_fetch_sub(&template->references, 1) == 1)
        free_template(template);
}

void tbx_template_drop(const struct tbx_template *template) {
    tbx_template_release((struct tbx_template *)template);
}

tbx_function tbx_template_function(const tbx_template *template, const char *name) {
    return tbx_library_find(&template->image->elf, name);
}

static bool copy(struct tbx_sandbox *sandbox, tbx_template *template, tbx_error *error) {
    atomic_fetch_add(&template->references, 1);
    sandbox->template = template;
    tbx_image_retain(template->image);
    sandbox->image = template->image;
    sandbox->config = tbx_config_retain(template->config);
    sandbox->imports = template->imports;
    sandbox->import_count = template->import_count;
    sandbox->state = TBX_STATE_READY;
    sandbox->identity = tbx_new_identity();
    sandbox->jump_serial = template->jump_serial;
    sandbox->files = tbx_files_new(template->config, tbx_mounts_retain(template->mounts), error);
    return sandbox->files != NULL &&
           tbx_memory_copy(&sandbox->memory, &template->memory, template->file, error);
}

tbx_sandbox *tbx_template_copy(tbx_template *template, tbx_error *error) {
    tbx_sandbox *sandbox = calloc(1, sizeof *sandbox);
    if (sandbox == NULL) {
        tbx_fail(error, "out of memory");
        return NULL;
    }
    if (copy(sandbox, template, error))
        return sandbox;
    tbx_sandbox_free(sandbox);
    return NULL;
}

/* One that fails leaves nothing that can be called: what is there is another one's. */
static bool reset(struct tbx_sandbox *sandbox, tbx_error *error) {
    sandbox->state = TBX_STATE_ENDED;
    struct tbx_mounts *mounts = tbx_mounts_retain(sandbox->template->mounts);
    struct tbx_files *files = tbx_files_new(sandbox->config, mounts, error);
    if (files == NULL)
        return false;
    tbx_files_free(sandbox->files);
    sandbox->files = files;
    if (!tbx_memory_reset(&sandbox->memory, &sandbox->template->memory, sandbox->template->file,
                          error))
        return false;
    tbx_memory_trim(&sandbox->template->memory, sandbox->template->file);
    sandbox->survives_broken_pipe = false;
    tbx_native_stacks_forget(&tbx_thread.stacks, sandbox->identity);
    sandbox->identity = tbx_new_identity();
    sandbox->jump_serial = sandbox->template->jump_serial;
    sandbox->resets++;
    sandbox->state = TBX_STATE_READY;
    return true;
}

bool tbx_sandbox_reset(tbx_sandbox *sandbox, tbx_error *error) {
    bool nested;
    if (sandbox->template == NULL)
        return tbx_fail(error, "only a copy of a template can be reset");
    if (!tbx_sandbox_enter(sandbox, &nested))
        return tbx_fail(error, "another thread is inside the sandbox");
    bool done = nested ? tbx_fail(error, "a call into the sandbox has not returned")
                       : reset(sandbox, error);
    tbx_sandbox_leave(sandbox, nested);
    return done;
}
