// SPDX-License-Identifier: GPL-2.0
/*
 * Mapping a file's memory with a KeyID. Hostile: the offset, the length and the
 * protection that mmap is asked for, and everything that the process does to
 * the mapping later. What follows relies on:
 *
 *   VM_SHARED		no copy on write: it would copy to ordinary memory
 *   VM_PFNMAP		no one pins, merges, migrates or swaps the pages
 *   VM_DONTCOPY	a child does not get the mapping, and
 *   VM_IO		  MADV_DOFORK cannot change that
 *   VM_DONTEXPAND	mremap cannot grow it into the offsets of another KeyID,
 *			nor map a page a second time (VM_PFNMAP does that, too)
 *   no VM_MAYEXEC	mprotect cannot make it executable
 *
 * mmap refuses a KeyID that the file was not given; one with mappings is not
 * taken back, so a page fault needs no check.
 */
#include <linux/err.h>
#include <linux/version.h>

#include "tmebox.h"

static u32 key_of(unsigned long page_offset)
{
	return page_offset >> TMEBOX_INDEX_BITS;
}

static struct tmebox_file *file_of(const struct vm_area_struct *vma)
{
	return vma->vm_file->private_data;
}

/* A mapping was split or moved. */
static void mapping_open(struct vm_area_struct *vma)
{
	struct tmebox_file *file = file_of(vma);

	mutex_lock(&file->lock);
	file->keys[key_of(vma->vm_pgoff)].mappings++;
	mutex_unlock(&file->lock);
}

static void mapping_close(struct vm_area_struct *vma)
{
	struct tmebox_file *file = file_of(vma);

	mutex_lock(&file->lock);
	file->keys[key_of(vma->vm_pgoff)].mappings--;
	mutex_unlock(&file->lock);
}

/*
 * The KeyID goes in with the protection. The page frame number stays that of
 * memory, by which Linux finds that the page is cached.
 */
static vm_fault_t mapping_fault(struct vm_fault *vmf)
{
	struct vm_area_struct *vma = vmf->vma;
	struct tmebox_file *file = file_of(vma);
	u32 key = key_of(vmf->pgoff);
	struct page *page;
	vm_fault_t result;

	mutex_lock(&file->lock);
	page = tmebox_page_for(file, vmf->pgoff & TMEBOX_INDEX_MASK, key);
	if (!IS_ERR(page))
		result = vmf_insert_pfn_prot(
			vma, vmf->address, page_to_pfn(page),
			tmebox_protection(vma->vm_page_prot, key));
	else if (PTR_ERR(page) == -ENOMEM)
		result = VM_FAULT_OOM;
	else
		result = VM_FAULT_SIGBUS;
	mutex_unlock(&file->lock);
	return result;
}

static const struct vm_operations_struct mapping_operations = {
	.open = mapping_open,
	.close = mapping_close,
	.fault = mapping_fault,
};

static void set_flags(struct vm_area_struct *vma)
{
	const vm_flags_t set =
		VM_PFNMAP | VM_IO | VM_DONTCOPY | VM_DONTEXPAND | VM_DONTDUMP;

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 3, 0)
	vma->vm_flags |= set;
	vma->vm_flags &= ~VM_MAYEXEC;
#else
	vm_flags_mod(vma, set, VM_MAYEXEC);
#endif
}

/* Counts the mapping of `key`, if the file has that KeyID. */
static bool use_key(struct tmebox_file *file, u32 key)
{
	bool given = key == 0;

	mutex_lock(&file->lock);
	if (key <= tmebox_platform.last_key) {
		given |= file->keys[key].given;
		if (given)
			file->keys[key].mappings++;
	}
	mutex_unlock(&file->lock);
	return given;
}

int tmebox_mmap(struct file *filp, struct vm_area_struct *vma)
{
	struct tmebox_file *file = filp->private_data;
	unsigned long first = vma->vm_pgoff & TMEBOX_INDEX_MASK;

	if (current->mm != file->mm)
		return -EPERM;
	if (!(vma->vm_flags & VM_SHARED))
		return -EINVAL;
	if (vma->vm_flags & VM_EXEC)
		return -EACCES;
	if (vma_pages(vma) > TMEBOX_INDEX_MASK + 1 - first)
		return -EINVAL;
	if (!use_key(file, key_of(vma->vm_pgoff)))
		return -EACCES;
	set_flags(vma);
	vma->vm_ops = &mapping_operations;
	return 0;
}

/* With the file's lock, which keeps faults from mapping the pages again. */
static void unmap_all(struct tmebox_file *file,
		      const struct tmebox_range *range)
{
	u64 key;

	for (key = 0; key <= tmebox_platform.last_key; key++)
		if (file->keys[key].mappings)
			unmap_mapping_range(&file->mapping,
					    key << TMEBOX_KEY_SHIFT |
						    range->offset,
					    range->length, 1);
}

/* `range` is hostile, and a copy of what the process gave. */
int tmebox_discard(struct tmebox_file *file, const struct tmebox_range *range)
{
	if (!PAGE_ALIGNED(range->offset) || !PAGE_ALIGNED(range->length) ||
	    range->length == 0 || range->length > TMEBOX_MEMORY_SIZE ||
	    range->offset > TMEBOX_MEMORY_SIZE - range->length)
		return -EINVAL;
	mutex_lock(&file->lock);
	unmap_all(file, range);
	tmebox_pages_free(file, range->offset >> PAGE_SHIFT,
			  (range->offset + range->length - 1) >> PAGE_SHIFT);
	mutex_unlock(&file->lock);
	return 0;
}
