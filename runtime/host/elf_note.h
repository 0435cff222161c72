/* The notes of an image: what its objects were made for (docs/abi.md, Notes). */
#ifndef TBX_ELF_NOTE_H
#define TBX_ELF_NOTE_H

#include "tmebox.h"

struct tbx_note_facts {
    size_t count;          /* type 1 notes seen */
    tbx_isolation weakest; /* valid when count > 0 */
    bool addr32;           /* one of them is lowered to addr32 */
};

/* Reads `size` hostile bytes of notes and adds what they say to `facts`. False for a note that is
 * damaged, or one of ours that this library does not understand. Notes of other owners are skipped.
 */
bool tbx_note_read(const unsigned char *bytes, size_t size, struct tbx_note_facts *facts,
                   tbx_error *error);

#endif
