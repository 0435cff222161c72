#include "error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Messages quote what images say, and are shown on terminals: no control character gets there,
 * neither the plain ones nor those of U+0080 to U+009F. */
static void make_printable(char *text) {
    for (unsigned char *at = (unsigned char *)text; *at != '\0'; at++) {
        bool control = *at < ' ' || *at == 0x7F;
        bool high_control = at[0] == 0xC2 && at[1] >= 0x80 && at[1] <= 0x9F;
        if (control || high_control)
            *at = '?';
    }
}

bool tbx_fail(tbx_error *error, const char *format, ...) {
    if (error == NULL)
        return false;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(error->message, sizeof error->message, format, arguments);
    va_end(arguments);
    make_printable(error->message);
    return false;
}

bool tbx_fail_errno(tbx_error *error, const char *format, ...) {
    int reason = errno;
    if (error == NULL)
        return false;
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(error->message, sizeof error->message, format, arguments);
    va_end(arguments);
    if (length >= 0 && (size_t)length < sizeof error->message)
        snprintf(error->message + length, sizeof error->message - (size_t)length, ": %s",
                 strerror(reason));
    make_printable(error->message);
    return false;
}

_Noreturn void tbx_misused(const char *what) {
    fprintf(stderr, "tme-box: %s\n", what);
    abort();
}
