/* tbx-run is the runner without an image: both ends at one place, and no options. */
#include "linked.h"

__asm__(".section .rodata\n"
        ".globl tbx_image_start, tbx_image_end, tbx_options\n"
        "tbx_image_start:\n"
        "tbx_image_end:\n"
        "tbx_options: .byte 0\n"
        ".previous");
