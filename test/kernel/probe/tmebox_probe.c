// SPDX-License-Identifier: GPL-2.0
/*
 * The tests' witness, apart from the module that they test: tells root the page
 * table entry of an address, which /proc/self/pagemap hides for such mappings.
 * Write the address as 8 bytes, read 8 bytes of entry; 0: not mapped.
 */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/uaccess.h>

static u64 entry_of(unsigned long address)
{
	spinlock_t *lock;
	pte_t *place;
	u64 entry = 0;

	mmap_read_lock(current->mm);
	if (!follow_pte(current->mm, address, &place, &lock)) {
		entry = pte_val(*place);
		pte_unmap_unlock(place, lock);
	}
	mmap_read_unlock(current->mm);
	return entry;
}

static ssize_t probe_write(struct file *filp, const char __user *from,
			   size_t size, loff_t *at)
{
	u64 address;

	if (size != sizeof(address) ||
	    copy_from_user(&address, from, sizeof(address)))
		return -EINVAL;
	filp->private_data = (void *)address;
	return size;
}

static ssize_t probe_read(struct file *filp, char __user *to, size_t size,
			  loff_t *at)
{
	u64 entry = entry_of((unsigned long)filp->private_data);

	if (size != sizeof(entry) || copy_to_user(to, &entry, sizeof(entry)))
		return -EINVAL;
	return size;
}

static const struct file_operations probe_operations = {
	.owner = THIS_MODULE,
	.read = probe_read,
	.write = probe_write,
};

static struct miscdevice probe = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "tmebox_probe",
	.fops = &probe_operations,
	.mode = 0600,
};

module_misc_device(probe);

MODULE_DESCRIPTION("Page table entries for the tests of tmebox");
MODULE_LICENSE("GPL");
