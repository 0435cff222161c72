/* A template of small_image.h's library, as hosts make one; small limits. */
#ifndef COPIES_H
#define COPIES_H

#include "small_image.h"
#include "tmebox.h"

/* Null: the image is refused as a template, with a reason. What it imports is `imported`. The
 * caller owns it. */
tbx_template *make_template(const struct small_image *image, tbx_host_function *imported,
                            void *context);

/* A template of the library as it is. */
tbx_template *plain_template(tbx_host_function *imported, void *context);

/* A copy, which must not fail. */
tbx_sandbox *make_copy(tbx_template *template);

#endif
