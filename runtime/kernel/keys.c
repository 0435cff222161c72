// SPDX-License-Identifier: GPL-2.0
/*
 * Which KeyIDs are free. One that comes back has its key cleared at once and is
 * retired: it is given out again only after a write-back of all caches, done
 * for all retired ones when no other is left. The pages' own flushes (memory.c)
 * leave no line of it behind; this does not rely on that.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/bitmap.h>
#include <linux/mutex.h>
#include <linux/printk.h>
#include <linux/vmalloc.h>
#include <asm/smp.h>

#include "tmebox.h"

static DEFINE_MUTEX(keys_lock);
static unsigned long *taken;   /* given out, retired or broken */
static unsigned long *retired; /* of these, those that a write-back frees */
static u32 next_key = 1;       /* the search goes round, so reuse comes late */
static bool held; /* none is given out: the machine goes to sleep */

static u32 key_limit(void)
{
	return tmebox_platform.last_key + 1;
}

int tmebox_keys_init(void)
{
	taken = bitmap_zalloc(key_limit(), GFP_KERNEL);
	retired = bitmap_zalloc(key_limit(), GFP_KERNEL);
	if (!taken || !retired) {
		tmebox_keys_exit();
		return -ENOMEM;
	}
	set_bit(0, taken);
	return 0;
}

void tmebox_keys_exit(void)
{
	bitmap_free(taken);
	bitmap_free(retired);
}

static u32 count_left(void)
{
	return key_limit() - bitmap_weight(taken, key_limit()) +
	       bitmap_weight(retired, key_limit());
}

u32 tmebox_keys_left(void)
{
	u32 left;

	mutex_lock(&keys_lock);
	left = count_left();
	mutex_unlock(&keys_lock);
	return left;
}

/* Processes still run between this and sleep. */
bool tmebox_keys_hold(void)
{
	bool none_used;

	mutex_lock(&keys_lock);
	none_used = count_left() == tmebox_platform.last_key;
	held = none_used;
	mutex_unlock(&keys_lock);
	return none_used;
}

void tmebox_keys_release(void)
{
	mutex_lock(&keys_lock);
	held = false;
	mutex_unlock(&keys_lock);
}

/* Also what the kernel may still have in a TLB of its views (memory.c). */
static void reclaim_retired(void)
{
	if (bitmap_empty(retired, key_limit()))
		return;
	vm_unmap_aliases();
	wbinvd_on_all_cpus();
	bitmap_andnot(taken, taken, retired, key_limit());
	bitmap_zero(retired, key_limit());
}

/* 0: none. */
static u32 find_free(void)
{
	u32 key = find_next_zero_bit(taken, key_limit(), next_key);

	if (key >= key_limit())
		key = find_first_zero_bit(taken, key_limit());
	return key >= key_limit() ? 0 : key;
}

int tmebox_key_take(void)
{
	int error;
	u32 key;

	mutex_lock(&keys_lock);
	if (held) {
		mutex_unlock(&keys_lock);
		return -EAGAIN;
	}
	key = find_free();
	if (!key) {
		reclaim_retired();
		key = find_free();
	}
	if (!key) {
		mutex_unlock(&keys_lock);
		return -ENOSPC;
	}
	error = tmebox_pconfig_set_random(key);
	if (!error)
		set_bit(key, taken);
	next_key = key + 1;
	mutex_unlock(&keys_lock);
	return error ? error : key;
}

/* A key that cannot be cleared stays out of use until the module is loaded
 * again. The caller has flushed what was written under it.
 */
void tmebox_key_return(u32 key)
{
	mutex_lock(&keys_lock);
	if (tmebox_pconfig_clear(key))
		pr_err("KeyID %u cannot be cleared: out of use\n", key);
	else
		set_bit(key, retired);
	mutex_unlock(&keys_lock);
}
