// SPDX-License-Identifier: GPL-2.0
/*
 * Lets processes map memory under KeyIDs of Intel TME-MK (multi-key total
 * memory encryption) that are theirs alone.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/module.h>
#include <linux/notifier.h>
#include <linux/suspend.h>

#include "tmebox.h"

struct tmebox_platform tmebox_platform;

/* Keys do not survive sleep, and memory without its key is lost. */
static int power_event(struct notifier_block *block, unsigned long event,
		       void *data)
{
	switch (event) {
	case PM_SUSPEND_PREPARE:
	case PM_HIBERNATION_PREPARE:
		if (tmebox_keys_hold())
			return NOTIFY_DONE;
		pr_warn("no sleep while KeyIDs are in use\n");
		return NOTIFY_BAD;
	case PM_POST_SUSPEND:
	case PM_POST_HIBERNATION:
		tmebox_keys_release();
		return NOTIFY_DONE;
	default:
		return NOTIFY_DONE;
	}
}

static struct notifier_block power_notifier = { .notifier_call = power_event };

static int __init tmebox_init(void)
{
	int error = tmebox_detect(&tmebox_platform);

	if (error)
		return error;
	error = tmebox_keys_init();
	if (error)
		return error;
	error = tmebox_pconfig_init();
	if (error)
		goto free_keys;
	error = register_pm_notifier(&power_notifier);
	if (error)
		goto stop_pconfig;
	error = tmebox_device_init();
	if (error)
		goto stop_notifier;
	pr_info("%u KeyIDs, in physical-address bits %u to %u\n",
		tmebox_platform.last_key, tmebox_platform.keyid_shift,
		tmebox_platform.keyid_shift + tmebox_platform.keyid_bits - 1);
	return 0;

stop_notifier:
	unregister_pm_notifier(&power_notifier);
stop_pconfig:
	tmebox_pconfig_exit();
free_keys:
	tmebox_keys_exit();
	return error;
}

/* No file is open: each holds the module. */
static void __exit tmebox_exit(void)
{
	tmebox_device_exit();
	unregister_pm_notifier(&power_notifier);
	tmebox_pconfig_exit();
	tmebox_keys_exit();
}

module_init(tmebox_init);
module_exit(tmebox_exit);

MODULE_DESCRIPTION("Memory under KeyIDs of Intel TME-MK for tme-box");
MODULE_LICENSE("GPL");
