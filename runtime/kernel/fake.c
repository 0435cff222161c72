// SPDX-License-Identifier: GPL-2.0
/*
 * A test build's stand-in for detect.c and pconfig.c: a machine whose memory
 * shows again at higher addresses, as if KeyID bits selected the copy. Nothing
 * is encrypted and nothing is isolated. Not part of the product module.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/kernel.h>
#include <linux/module.h>

#include "tmebox.h"

static uint fake_keyid_bits;
module_param(fake_keyid_bits, uint, 0444);
MODULE_PARM_DESC(fake_keyid_bits, "physical-address bits that select a copy");

static uint fake_keyid_shift = 36;
module_param(fake_keyid_shift, uint, 0444);
MODULE_PARM_DESC(fake_keyid_shift, "the lowest of them");

static uint fake_pconfig_failures;
module_param(fake_pconfig_failures, uint, 0644);
MODULE_PARM_DESC(fake_pconfig_failures, "how many of the next keys fail");

int tmebox_detect(struct tmebox_platform *platform)
{
	if (fake_keyid_bits == 0 || fake_keyid_bits > 15 ||
	    fake_keyid_shift < 32 || fake_keyid_shift + fake_keyid_bits > 52) {
		pr_err("not loaded: a test build, which needs "
		       "fake_keyid_bits\n");
		return -ENODEV;
	}
	add_taint(TAINT_TEST, LOCKDEP_STILL_OK);
	pr_crit("**********************************************************\n");
	pr_crit("** TEST BUILD: KeyIDs are FAKE, memory is NOT ENCRYPTED **\n");
	pr_crit("** never load this on a machine that holds anything     **\n");
	pr_crit("**********************************************************\n");
	*platform = (struct tmebox_platform){
		.keyid_bits = fake_keyid_bits,
		.keyid_shift = fake_keyid_shift,
		.last_key = (1u << fake_keyid_bits) - 1,
		.fake = true,
	};
	return 0;
}

static int fake_pconfig(const char *what, u32 key)
{
	pr_info("fake PCONFIG: %s KeyID %u\n", what, key);
	if (!fake_pconfig_failures)
		return 0;
	fake_pconfig_failures--;
	return -EIO;
}

int tmebox_pconfig_set_random(u32 key)
{
	return fake_pconfig("new key for", key);
}

int tmebox_pconfig_clear(u32 key)
{
	return fake_pconfig("clear", key);
}

int tmebox_pconfig_init(void)
{
	return 0;
}

void tmebox_pconfig_exit(void)
{
}
