/* What the link step of tbx-cc puts beside the runner, in the sections .tbx.image and .tbx.options.
 */
#ifndef TBX_RUNNER_LINKED_H
#define TBX_RUNNER_LINKED_H

extern const unsigned char tbx_image_start[], tbx_image_end[]; /* the image; empty in tbx-run */
extern const char tbx_options[]; /* NUL-terminated strings, an empty one ends */

#endif
