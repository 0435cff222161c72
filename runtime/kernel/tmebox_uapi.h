/* SPDX-License-Identifier: (GPL-2.0 WITH Linux-syscall-note) OR Apache-2.0 */
/*
 * What the character device /dev/tmebox and its users agree on: the only
 * header that the module and the host runtime share.
 *
 * An open file is a sparse memory of 128 TiB, as much as a process has
 * addresses, and a set of KeyIDs. Its memory is mapped as hardware addresses
 * it, with the KeyID above the address: the offset given to mmap is
 *
 *     KeyID << TMEBOX_KEY_SHIFT | offset in the memory
 *
 * A page comes into being when it is first touched, zero to the KeyID that
 * touched it. Under another KeyID of the same file it reads as what the
 * processor makes of it, garbage. KeyID 0 is the host's, and always there.
 *
 * The processor does not keep views of one line under two KeyIDs coherent: who
 * hands a line from one to another flushes it (CLFLUSH) by the old view first.
 *
 * Only the process that opened the file may use it, not a child, nor who is
 * passed the descriptor. Mappings are shared, never executable, not inherited
 * by fork, and cannot grow. Pages are not swapped and count against
 * RLIMIT_MEMLOCK. System calls that pin pages (O_DIRECT, process_vm_readv,
 * ptrace) fail on them; read and write work.
 */
#ifndef TMEBOX_UAPI_H
#define TMEBOX_UAPI_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define TMEBOX_DEVICE_PATH "/dev/tmebox"
#define TMEBOX_UAPI_VERSION 1

#define TMEBOX_KEY_SHIFT 47
#define TMEBOX_MEMORY_SIZE (1ULL << TMEBOX_KEY_SHIFT)

/* tmebox_info.flags: a test build without encryption, which protects nothing */
#define TMEBOX_INFO_FAKE (1U << 0)

struct tmebox_info {
	__u32 version; /* TMEBOX_UAPI_VERSION */
	__u32 flags;
	__u32 keyid_bits;  /* physical-address bits that hold the KeyID */
	__u32 keyid_shift; /* the lowest of them */
	__u32 keys;	   /* KeyIDs 1 to keys exist on this machine */
	__u32 keys_left;   /* not given to any file just now */
	__u64 pages;	   /* that this file holds */
};

struct tmebox_range {
	__u64 offset; /* in the memory, without a KeyID; whole pages */
	__u64 length;
};

#define TMEBOX_IOC 0xB7

/* EPERM for all but the process that opened the file, from each of these. */
#define TMEBOX_INFO _IOR(TMEBOX_IOC, 0, struct tmebox_info)

/*
 * Gives the file a KeyID with a new random key, which no software ever sees.
 * ENOSPC: all are taken. EIO: the processor refused. EAGAIN: the machine goes
 * to sleep.
 */
#define TMEBOX_KEY_TAKE _IOR(TMEBOX_IOC, 1, __u32)

/*
 * Takes it back, and its key is gone: what was written under it is lost.
 * EBUSY: still mapped. ENOENT: not the file's.
 */
#define TMEBOX_KEY_RETURN _IOW(TMEBOX_IOC, 2, __u32)

/*
 * Frees the pages of the range, whatever they are mapped by: they are zero when
 * they are next touched. EINVAL: not whole pages, or outside the memory.
 */
#define TMEBOX_DISCARD _IOW(TMEBOX_IOC, 3, struct tmebox_range)

#endif
