// SPDX-License-Identifier: GPL-2.0
/*
 * The pages of a file. They are the module's own: not in the page cache, not on
 * a list of the memory manager, reached by no one else.
 *
 * Caches hold a line under its KeyID and do not see that another line is the
 * same memory. A dirty line that is written back after its page has passed to
 * another KeyID would destroy what that has written; so a page is flushed
 * whenever it changes hands:
 *
 *   taken	lines that the kernel wrote, under KeyID 0
 *   freed	lines under each KeyID that it was mapped by
 *
 * Lines that speculation brings in are clean, and every page is overwritten as
 * a whole when it changes hands, which replaces them.
 */
#include <linux/highmem.h>
#include <linux/sched/user.h>
#include <linux/vmalloc.h>
#include <asm/cacheflush.h>

#include "tmebox.h"

/* page_private: the KeyID that the page was zeroed by, and whether others saw
 * it */
#define SEEN_BY_OTHERS BIT(16)

/* The kernel's view of a page under a KeyID; the direct map is that of 0. */
static void *open_view(struct page *page, u32 key)
{
	if (key == 0)
		return page_address(page);
	return vmap(&page, 1, VM_MAP, tmebox_protection(PAGE_KERNEL, key));
}

static void close_view(void *view, u32 key)
{
	if (key != 0)
		vunmap(view);
}

static bool clear_under(struct page *page, u32 key)
{
	void *view = open_view(page, key);

	if (!view)
		return false;
	clear_page(view);
	close_view(view, key);
	return true;
}

static bool flush_under(struct page *page, u32 key)
{
	void *view = open_view(page, key);

	if (!view)
		return false;
	clflush_cache_range(view, PAGE_SIZE);
	close_view(view, key);
	return true;
}

/* The user of the file pays for pages, as they cannot be swapped. */
static bool charge(struct tmebox_file *file)
{
	unsigned long limit = rlimit(RLIMIT_MEMLOCK) >> PAGE_SHIFT;

	if (atomic_long_inc_return(&file->user->locked_vm) > limit &&
	    !file->unlimited) {
		atomic_long_dec(&file->user->locked_vm);
		return false;
	}
	file->page_count++;
	return true;
}

static void uncharge(struct tmebox_file *file)
{
	atomic_long_dec(&file->user->locked_vm);
	file->page_count--;
}

static struct page *new_page(u32 key)
{
	struct page *page = alloc_page(GFP_KERNEL_ACCOUNT);

	if (!page)
		return ERR_PTR(-ENOMEM);
	clflush_cache_range(page_address(page), PAGE_SIZE);
	if (!clear_under(page, key)) {
		__free_page(page);
		return ERR_PTR(-ENOMEM);
	}
	set_page_private(page, key);
	return page;
}

/*
 * Whether all lines under a KeyID have left the caches. Without memory for a
 * view, one write-back of everything does what the view was for.
 */
static void flush_page(const struct tmebox_file *file, struct page *page)
{
	u32 owner = page_private(page) & ~SEEN_BY_OTHERS;
	bool flushed = flush_under(page, owner);
	u32 key;

	if (page_private(page) & SEEN_BY_OTHERS) {
		for (key = 0; key <= tmebox_platform.last_key; key++)
			if (key != owner && (key == 0 || file->keys[key].given))
				flushed &= flush_under(page, key);
	}
	if (!flushed)
		wbinvd_on_all_cpus();
}

/* No mapping leads to the page any more. */
static void free_page_of(struct tmebox_file *file, struct page *page)
{
	flush_page(file, page);
	clear_page(page_address(page));
	set_page_private(page, 0);
	__free_page(page);
	uncharge(file);
}

/*
 * The page at `index`, made if it is not there, for a mapping by `key`, which
 * the caller has checked. ERR_PTR: -ENOMEM; -EDQUOT beyond RLIMIT_MEMLOCK.
 */
struct page *tmebox_page_for(struct tmebox_file *file, unsigned long index,
			     u32 key)
{
	struct page *page = xa_load(&file->pages, index);
	int error;

	if (page) {
		if (key != (page_private(page) & ~SEEN_BY_OTHERS))
			set_page_private(page,
					 page_private(page) | SEEN_BY_OTHERS);
		return page;
	}
	if (!charge(file))
		return ERR_PTR(-EDQUOT);
	page = new_page(key);
	if (IS_ERR(page)) {
		uncharge(file);
		return page;
	}
	error = xa_err(xa_store(&file->pages, index, page, GFP_KERNEL_ACCOUNT));
	if (error) {
		free_page_of(file, page);
		return ERR_PTR(error);
	}
	return page;
}

/* The caller has unmapped them. */
void tmebox_pages_free(struct tmebox_file *file, unsigned long first,
		       unsigned long last)
{
	unsigned long index;
	struct page *page;

	xa_for_each_range(&file->pages, index, page, first, last) {
		xa_erase(&file->pages, index);
		free_page_of(file, page);
		cond_resched();
	}
}

/* Before `key` is cleared: pages stay, with contents that no one can read. */
void tmebox_pages_flush(struct tmebox_file *file, u32 key)
{
	unsigned long index;
	struct page *page;

	xa_for_each(&file->pages, index, page) {
		u32 owner = page_private(page) & ~SEEN_BY_OTHERS;

		if (owner != key && !(page_private(page) & SEEN_BY_OTHERS))
			continue;
		if (!flush_under(page, key))
			wbinvd_on_all_cpus();
		if (owner == key)
			set_page_private(page, SEEN_BY_OTHERS);
		cond_resched();
	}
}
