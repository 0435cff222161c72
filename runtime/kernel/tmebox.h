/* SPDX-License-Identifier: GPL-2.0 */
/* What the parts of the module share. */
#ifndef TMEBOX_H
#define TMEBOX_H

#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/xarray.h>

#include "platform.h"
#include "tmebox_uapi.h"

/* A mapping's page offset: KeyID above, page of the memory below. */
#define TMEBOX_INDEX_BITS (TMEBOX_KEY_SHIFT - PAGE_SHIFT)
#define TMEBOX_INDEX_MASK ((1UL << TMEBOX_INDEX_BITS) - 1)

/* What the machine has; constant once the module is loaded. */
extern struct tmebox_platform tmebox_platform;

/* How a file stands to one KeyID. */
struct tmebox_key {
	bool given;
	u32 mappings;
};

/* One open file. Only the process that opened it gets this far. */
struct tmebox_file {
	struct mm_struct
		*mm; /* of that process: a reference to the structure */
	struct user_struct *user;     /* a reference; charged for the pages */
	bool unlimited;		      /* opened with CAP_IPC_LOCK */
	struct address_space mapping; /* finds the mappings of a page */
	struct mutex lock;   /* for all below; taken inside mmap_lock */
	struct xarray pages; /* index in the memory: struct page, owned */
	u64 page_count;
	struct tmebox_key keys[]; /* last_key + 1 */
};

/* detect.c, or fake.c in a test build: -ENODEV, and why is logged. */
int tmebox_detect(struct tmebox_platform *platform);

/*
 * pconfig.c: every package is tried. An error, such as -EIO, when one refused:
 * others may have the key then.
 */
int tmebox_pconfig_set_random(u32 key);
int tmebox_pconfig_clear(u32 key);
int tmebox_pconfig_init(void);
void tmebox_pconfig_exit(void);

/* keys.c: which KeyIDs are free, machine-wide. */
int tmebox_keys_init(void);
void tmebox_keys_exit(void);
u32 tmebox_keys_left(void);
bool tmebox_keys_hold(
	void); /* none is given out any more, unless some are used */
void tmebox_keys_release(void);
int tmebox_key_take(void); /* a KeyID, or -ENOSPC, -EIO, -EAGAIN while held */
void tmebox_key_return(u32 key);

/*
 * memory.c: the pages of a file; with its lock held, or when nobody else has
 * it any more.
 */
struct page *tmebox_page_for(struct tmebox_file *file, unsigned long index,
			     u32 key);
void tmebox_pages_free(struct tmebox_file *file, unsigned long first,
		       unsigned long last);
void tmebox_pages_flush(struct tmebox_file *file, u32 key);

/* mapping.c */
int tmebox_mmap(struct file *file, struct vm_area_struct *vma);
int tmebox_discard(struct tmebox_file *file, const struct tmebox_range *range);

/* device.c */
int tmebox_device_init(void);
void tmebox_device_exit(void);

static inline pgprot_t tmebox_protection(pgprot_t protection, u32 key)
{
	u64 keyid = (u64)key << tmebox_platform.keyid_shift;

	return __pgprot(pgprot_val(protection) | keyid);
}

#endif
