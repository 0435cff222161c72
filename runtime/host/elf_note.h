/* The notes of an image: what its objects were made for (docs/abi.md, Notes). */
#ifndef TBX_ELF_NOTE_H
#define TBX_ELF_NOTE_H

#include "tmebox.h"

/* The descriptor of the note that `tme-box verify --stamp` fills. */
enum { TBX_VERDICT_SIZE = 128 };

struct tbx_note_facts {
    size_t count;                 /* type 1 notes seen */
    tbx_isolation weakest;        /* valid when count > 0 */
    bool addr32;                  /* one of them is lowered to addr32 */
    unsigned verdicts;            /* notes with room for a verdict; a good image has one at most */
    const unsigned char *verdict; /* the descriptor of one of them, TBX_VERDICT_SIZE bytes */
};

/* Reads `size` hostile bytes of notes and adds what they say to `facts`. False for a note that is
 * damaged, or one of ours that this library does not understand. Notes of other owners are skipped.
 */
bool tbx_note_read(const unsigned char *bytes, size_t size, struct tbx_note_facts *facts,
                   tbx_error *error);

/* The value after `key=` in the space-separated words of `text`, and its length; null when there is
 * none. */
const char *tbx_note_field(const char *text, const char *key, size_t *length);
bool tbx_note_field_is(const char *text, const char *key, const char *value);

#endif
