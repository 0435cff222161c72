/* Filling tbx_error. */
#ifndef TBX_ERROR_H
#define TBX_ERROR_H

#include "tmebox.h"

/* Writes the message, cut to fit, and returns false, so that a check can end with `return
 * tbx_fail(...)`. `error` may be null. */
__attribute__((format(printf, 2, 3))) bool tbx_fail(tbx_error *error, const char *format, ...);

/* The same with `: ` and the words for errno at the end. */
__attribute__((format(printf, 2, 3))) bool tbx_fail_errno(tbx_error *error, const char *format,
                                                          ...);

/* Ends the process: the host has used the library in a way after which sandboxes could reach what
 * is not theirs. */
_Noreturn void tbx_misused(const char *what);

#endif
