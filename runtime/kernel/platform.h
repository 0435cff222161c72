/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a machine must have, judged from the values of its registers alone, so
 * that it can be tested where there is no such machine. Included by the module
 * and by a test in user space.
 */
#ifndef TMEBOX_PLATFORM_H
#define TMEBOX_PLATFORM_H

#ifdef __KERNEL__
#include <linux/types.h>
#else
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
#endif

/* Intel SDM volume 4, table of architectural MSRs */
#define TMEBOX_MSR_KEYID_PARTITIONING 0x087
#define TMEBOX_MSR_TME_CAPABILITY 0x981
#define TMEBOX_MSR_TME_ACTIVATE 0x982

/* Bits of CPUID.(EAX=07H,ECX=0), and the leaf and target of PCONFIG */
#define TMEBOX_CPUID_ECX_TME_EN (1u << 13)
#define TMEBOX_CPUID_EDX_PCONFIG (1u << 18)
#define TMEBOX_CPUID_PCONFIG_LEAF 0x1b
#define TMEBOX_CPUID_PCONFIG_TARGETS 1 /* type of a sub-leaf, in EAX[11:0] */
#define TMEBOX_PCONFIG_TARGET_TME_MK 1

/* As they were read. */
struct tmebox_registers {
	u32 cpuid_7_ecx, cpuid_7_edx;
	bool pconfig_target; /* CPUID.1BH lists TME-MK */
	bool msrs_readable;
	u64 capability, activate;
	u64 partitioning;  /* 0: there is no such MSR, as there is no TDX */
	u32 physical_bits; /* CPUID.80000008H:EAX[7:0] */
	u32 kernel_physical_bits; /* what Linux takes for addresses */
};

struct tmebox_platform {
	u32 keyid_bits, keyid_shift;
	u32 last_key;  /* KeyIDs 1 to last_key may be programmed */
	u16 algorithm; /* one bit: MKTME_KEY_PROGRAM's ENC_ALG */
	bool fake;     /* a test build's: nothing is encrypted */
};

/* Why the machine cannot be used; NULL when it can, and then *platform is set.
 */
const char *tmebox_judge(const struct tmebox_registers *registers,
			 struct tmebox_platform *platform);

#endif
