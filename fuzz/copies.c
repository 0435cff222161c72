#include "copies.h"

#include "promises.h"
#include "stamp.h"

tbx_template *make_template(const struct small_image *bytes, tbx_host_function *imported,
                            void *context) {
    tbx_error error = {""};
    tbx_image *image = load_unverified(bytes);
    tbx_config *config = tbx_config_new();
    require(tbx_config_set_heap(config, 1 << 20, &error) &&
                tbx_config_set_stack(config, 64 << 10, &error) &&
                tbx_config_set_native_stack(config, 64 << 10, &error) &&
                tbx_config_add_function(config, "imported", imported, context, &error) &&
                tbx_config_add_function(config, "malloc", imported, context, &error),
            error.message);
    tbx_template *made = tbx_template_new(image, config, &error);
    require(made != NULL || error.message[0] != '\0', "a refusal without a reason");
    tbx_config_free(config);
    tbx_image_release(image);
    return made;
}

tbx_template *plain_template(tbx_host_function *imported, void *context) {
    static struct small_image image;
    small_image_make(&image);
    small_image_make_library(&image, "exported", "imported");
    tbx_template *made = make_template(&image, imported, context);
    require(made != NULL, "no template");
    return made;
}

tbx_sandbox *make_copy(tbx_template *template) {
    tbx_error error = {""};
    tbx_sandbox *made = tbx_template_copy(template, &error);
    require(made != NULL, error.message);
    return made;
}
