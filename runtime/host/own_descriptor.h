/*
 * A descriptor of this library's own, or of a sandbox's, is none of the three that sandboxes can be
 * granted as the host's standard streams: a host that has closed one of these must not grant what
 * was opened in its place.
 */
#ifndef TBX_OWN_DESCRIPTOR_H
#define TBX_OWN_DESCRIPTOR_H

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

enum { TBX_STANDARD_STREAMS = 3 };

/* What was just opened, closed on exec, under a number above those of the streams. A negative one
 * is passed on; -1 and errno when there is none left. */
static inline int tbx_own_descriptor(int opened) {
    if (opened < 0 || opened >= TBX_STANDARD_STREAMS)
        return opened;
    int own = fcntl(opened, F_DUPFD_CLOEXEC, TBX_STANDARD_STREAMS);
    int why = errno;
    close(opened);
    errno = why;
    return own;
}

#endif
