// SPDX-License-Identifier: GPL-2.0
/*
 * /dev/tmebox. Hostile: the process, its arguments, and whoever else comes by
 * the descriptor. The kernel calls release when the descriptors and all the
 * mappings are gone, as each mapping holds the file.
 */
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/sched/mm.h>
#include <linux/sched/user.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "tmebox.h"

/* An address space of our own, for unmap_mapping_range: the inode's is shared
 * by all who open the device.
 */
static void init_mapping(struct tmebox_file *file, struct file *filp)
{
	address_space_init_once(&file->mapping);
	file->mapping.host = filp->f_inode;
	file->mapping.a_ops = &empty_aops;
	filp->f_mapping = &file->mapping;
}

static int device_open(struct inode *inode, struct file *filp)
{
	struct tmebox_file *file;

	if (!current->mm)
		return -EPERM;
	file = kvzalloc(struct_size(file, keys, tmebox_platform.last_key + 1),
			GFP_KERNEL_ACCOUNT);
	if (!file)
		return -ENOMEM;
	mmgrab(current->mm);
	file->mm = current->mm;
	file->user = get_uid(current_user());
	file->unlimited = capable(CAP_IPC_LOCK);
	mutex_init(&file->lock);
	xa_init(&file->pages);
	init_mapping(file, filp);
	filp->private_data = file;
	return nonseekable_open(inode, filp);
}

/* Pages first: they are flushed by the keys, which are cleared then. */
static int device_release(struct inode *inode, struct file *filp)
{
	struct tmebox_file *file = filp->private_data;
	u32 key;

	tmebox_pages_free(file, 0, TMEBOX_INDEX_MASK);
	xa_destroy(&file->pages);
	for (key = 1; key <= tmebox_platform.last_key; key++)
		if (file->keys[key].given)
			tmebox_key_return(key);
	filp->f_mapping = inode->i_mapping;
	free_uid(file->user);
	mmdrop(file->mm);
	kvfree(file);
	return 0;
}

static int report_info(struct tmebox_file *file, struct tmebox_info __user *to)
{
	struct tmebox_info info = {
		.version = TMEBOX_UAPI_VERSION,
		.flags = tmebox_platform.fake ? TMEBOX_INFO_FAKE : 0,
		.keyid_bits = tmebox_platform.keyid_bits,
		.keyid_shift = tmebox_platform.keyid_shift,
		.keys = tmebox_platform.last_key,
		.keys_left = tmebox_keys_left(),
	};

	mutex_lock(&file->lock);
	info.pages = file->page_count;
	mutex_unlock(&file->lock);
	return copy_to_user(to, &info, sizeof(info)) ? -EFAULT : 0;
}

/* The key is the file's before the process knows its number: a bad pointer
 * costs the process a KeyID until it closes the file, and no one else anything.
 */
static int take_key(struct tmebox_file *file, u32 __user *to)
{
	int key = tmebox_key_take();

	if (key < 0)
		return key;
	mutex_lock(&file->lock);
	file->keys[key].given = true;
	mutex_unlock(&file->lock);
	return put_user(key, to);
}

static int return_key(struct tmebox_file *file, const u32 __user *from)
{
	int error = 0;
	u32 key;

	if (get_user(key, from))
		return -EFAULT;
	mutex_lock(&file->lock);
	if (key == 0 || key > tmebox_platform.last_key ||
	    !file->keys[key].given) {
		error = -ENOENT;
	} else if (file->keys[key].mappings) {
		error = -EBUSY;
	} else {
		tmebox_pages_flush(file, key);
		file->keys[key].given = false;
		tmebox_key_return(key);
	}
	mutex_unlock(&file->lock);
	return error;
}

static int discard(struct tmebox_file *file,
		   const struct tmebox_range __user *from)
{
	struct tmebox_range range;

	if (copy_from_user(&range, from, sizeof(range)))
		return -EFAULT;
	return tmebox_discard(file, &range);
}

static long device_ioctl(struct file *filp, unsigned int command,
			 unsigned long argument)
{
	struct tmebox_file *file = filp->private_data;
	void __user *pointer = (void __user *)argument;

	if (current->mm != file->mm)
		return -EPERM;
	switch (command) {
	case TMEBOX_INFO:
		return report_info(file, pointer);
	case TMEBOX_KEY_TAKE:
		return take_key(file, pointer);
	case TMEBOX_KEY_RETURN:
		return return_key(file, pointer);
	case TMEBOX_DISCARD:
		return discard(file, pointer);
	default:
		return -ENOTTY;
	}
}

static const struct file_operations device_operations = {
	.owner = THIS_MODULE,
	.open = device_open,
	.release = device_release,
	.unlocked_ioctl = device_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
	.mmap = tmebox_mmap,
};

/* For root alone, until an administrator says otherwise (docs/hardware.md). */
static struct miscdevice device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "tmebox",
	.fops = &device_operations,
	.mode = 0600,
};

int tmebox_device_init(void)
{
	return misc_register(&device);
}

void tmebox_device_exit(void)
{
	misc_deregister(&device);
}
