/*
 * The verifier's verdict, which images carry in a note of the read-only segment, and what a host
 * asks of it. docs/decisions/0008 says what it proves.
 */
#ifndef TBX_VERDICT_H
#define TBX_VERDICT_H

#include "elf_image.h"
#include "elf_note.h"

/* The rules of the verifier (src/verify/stamp.ts) below this number were found to let something
 * through. */
#define TBX_LEAST_VERIFIER 3u

typedef enum tbx_verdict_kind {
    TBX_VERDICT_NONE,  /* no room for one, or zeros: the image was never stamped */
    TBX_VERDICT_WRONG, /* not text of the known form, or by a verifier that is too old */
    TBX_VERDICT_GIVEN,
} tbx_verdict_kind;

struct tbx_verdict {
    tbx_verdict_kind kind;
    tbx_isolation level; /* the following are for TBX_VERDICT_GIVEN */
    tbx_digest digest;
};

/* Reads the TBX_VERDICT_SIZE hostile bytes of the note's descriptor; null is TBX_VERDICT_NONE. */
struct tbx_verdict tbx_verdict_read(const unsigned char *descriptor);

/*
 * The digest of an image whose verdict was overwritten with zeros, as it is mapped. It covers all
 * that is mapped and all that decides how.
 */
tbx_digest tbx_digest_of(const struct tbx_elf_image *image);

/* Whether the verdict is about the bytes with this digest, and claims no more than the notes. */
bool tbx_verdict_fits(const struct tbx_verdict *verdict, const struct tbx_elf_image *image,
                      const tbx_digest *digest);

/* Whether a host with `policy` (null: the default) takes the image; a message that says what to do
 * if not. */
bool tbx_policy_accepts(const tbx_image_policy *policy, const struct tbx_verdict *verdict,
                        const struct tbx_elf_image *image, const tbx_digest *digest,
                        tbx_error *error);

#endif
