/* The open device of the device backend, and which KeyID each window has. */
#ifndef TBX_DEVICE_KEYS_H
#define TBX_DEVICE_KEYS_H

#include "tmebox.h"

/* Opens the device and checks that it is one for us; once, before all below. */
bool tbx_device_open(tbx_error *error);

/* Its descriptor. */
int tbx_device_file(void);

/* Gives the window with this key of addresses a KeyID; false and errno when there is none. */
bool tbx_device_key_attach(uint32_t window);

/* Takes it back. `unmapped`: nothing is mapped with it any more; otherwise it stays with no one. */
void tbx_device_key_detach(uint32_t window, bool unmapped);

/* Takes back that of a window which has it alone, with which nothing is mapped any more, and gives
 * the window one with another key. False and errno: it has none, or when the device still uses it,
 * the same. */
bool tbx_device_key_renew(uint32_t window);

/* The KeyID of a window that has one. */
uint32_t tbx_device_key(uint32_t window);

/* Whether no other window has its KeyID; then none ever gets it. */
bool tbx_device_key_is_own(uint32_t window);

#endif
