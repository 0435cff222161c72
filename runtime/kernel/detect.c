// SPDX-License-Identifier: GPL-2.0
/* Reads what platform.c judges. */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/cpu.h>
#include <linux/errno.h>
#include <linux/printk.h>
#include <asm/msr.h>
#include <asm/processor.h>

#include "tmebox.h"

/* The sub-leaves of CPUID.1BH list targets; one of type 0 ends them. */
static bool has_pconfig_target(void)
{
	enum { MOST_SUBLEAVES = 64 };
	u32 a, b, c, d, sub;

	if (cpuid_eax(0) < TMEBOX_CPUID_PCONFIG_LEAF)
		return false;
	for (sub = 0; sub < MOST_SUBLEAVES; sub++) {
		cpuid_count(TMEBOX_CPUID_PCONFIG_LEAF, sub, &a, &b, &c, &d);
		if ((a & 0xfff) != TMEBOX_CPUID_PCONFIG_TARGETS)
			return false;
		if (b == TMEBOX_PCONFIG_TARGET_TME_MK ||
		    c == TMEBOX_PCONFIG_TARGET_TME_MK ||
		    d == TMEBOX_PCONFIG_TARGET_TME_MK)
			return true;
	}
	return false;
}

/* False when a processor lacks the register or has another value. */
static bool read_everywhere(u32 msr, u64 *value)
{
	bool first = true;
	u64 here;
	int cpu;

	for_each_online_cpu(cpu) {
		if (rdmsrl_safe_on_cpu(cpu, msr, &here))
			return false;
		if (!first && here != *value)
			return false;
		*value = here;
		first = false;
	}
	return true;
}

static void read_registers(struct tmebox_registers *registers)
{
	u32 a, b;

	if (cpuid_eax(0) >= 7)
		cpuid_count(7, 0, &a, &b, &registers->cpuid_7_ecx,
			    &registers->cpuid_7_edx);
	if (!(registers->cpuid_7_ecx & TMEBOX_CPUID_ECX_TME_EN))
		return;
	registers->pconfig_target = has_pconfig_target();
	cpus_read_lock();
	registers->msrs_readable =
		read_everywhere(TMEBOX_MSR_TME_CAPABILITY,
				&registers->capability) &&
		read_everywhere(TMEBOX_MSR_TME_ACTIVATE, &registers->activate);
	if (!read_everywhere(TMEBOX_MSR_KEYID_PARTITIONING,
			     &registers->partitioning))
		registers->partitioning = 0;
	cpus_read_unlock();
	registers->physical_bits = cpuid_eax(0x80000008) & 0xff;
	registers->kernel_physical_bits = boot_cpu_data.x86_phys_bits;
}

int tmebox_detect(struct tmebox_platform *platform)
{
	struct tmebox_registers registers = {};
	const char *why;

	read_registers(&registers);
	why = tmebox_judge(&registers, platform);
	if (!why)
		return 0;
	pr_err("not loaded: %s\n", why);
	return -ENODEV;
}
