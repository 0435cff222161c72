/* What the tests of /dev/tmebox share. They run as root in the emulated machine, whose memory shows
 * again at the addresses that fake KeyID bits select: so the KeyID of a mapping is seen in its page
 * frame number. */
#ifndef DEVICE_H
#define DEVICE_H

#include "../../runtime/kernel/tmebox_uapi.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum { PAGE = 4096 };

/* A page table entry, taken apart. */
struct frame {
    bool present;
    bool cached; /* write-back: the page attribute table's first entry */
    uint32_t key;
    uint64_t memory; /* the physical address, without the KeyID */
};

/* Opens the device; ends the program when that fails, as no test makes sense then. */
int open_device(void);

/* A KeyID for the file; ends the program when there is none. */
uint32_t take_key(int device);

uint32_t keys_left(int device);
uint64_t pages_of(int device);

/* Maps memory of the file; MAP_FAILED and errno when refused. */
void *map_memory(int device, uint32_t key, uint64_t offset, size_t size);

/* The errno of an ioctl, or of a mapping, which is unmapped when it was made; 0: it succeeded. */
int ioctl_error(int device, unsigned long command, void *argument);
int map_error(int device, uint32_t key, uint64_t offset, size_t size, int protection, int flags);
int discard(int device, uint64_t offset, uint64_t length);

/* The page table entry of an address, by test/kernel/probe. */
struct frame frame_of(const void *address);

/* Whether the byte can be read, found out without a fault. */
bool readable(const void *address);

/* Runs `task` in a child; what it returns, or -signal. */
int in_child(int (*task)(void *), void *context);

#endif
