// SPDX-License-Identifier: GPL-2.0
/*
 * Whether a machine has TME-MK and its firmware enabled it. Everything else
 * relies on the answer, so what is not exactly as the SDM says is refused.
 */
#include "platform.h"

/* IA32_TME_ACTIVATE */
#define ACTIVATE_LOCK (1ULL << 0)
#define ACTIVATE_ENABLE (1ULL << 1)

static u32 bits(u64 value, u32 high, u32 low)
{
	return (value >> low) & ((1ULL << (high - low + 1)) - 1);
}

static u32 least(u32 a, u32 b)
{
	return a < b ? a : b;
}

/*
 * The bits of IA32_TME_ACTIVATE[63:48] are AES-XTS with keys of 128 and of 256
 * bits, each without and with integrity. Memory with integrity answers a wrong
 * KeyID by a machine check, which a sandbox could provoke: not that.
 */
static u16 choose_algorithm(u64 activate)
{
	enum { AES_XTS_128 = 1 << 0, AES_XTS_256 = 1 << 2 };
	u32 active = bits(activate, 63, 48);

	if (active & AES_XTS_256)
		return AES_XTS_256;
	return active & AES_XTS_128;
}

/* KeyIDs that PCONFIG takes from us; the upper ones may be for TDX alone. */
static u32 last_key(const struct tmebox_registers *registers)
{
	u32 keyid_bits = bits(registers->activate, 35, 32);
	u32 tdx_bits = bits(registers->activate, 39, 36);
	u32 partition = (u32)registers->partitioning;
	u32 last;

	if (tdx_bits >= keyid_bits)
		return 0;
	last = least((1u << (keyid_bits - tdx_bits)) - 1,
		     bits(registers->capability, 50, 36));
	return partition ? least(last, partition) : last;
}

static const char *judge_processor(const struct tmebox_registers *registers)
{
	if (!(registers->cpuid_7_ecx & TMEBOX_CPUID_ECX_TME_EN))
		return "this processor has no total memory encryption "
		       "(CPUID.07H:ECX[13] is 0)";
	if (!(registers->cpuid_7_edx & TMEBOX_CPUID_EDX_PCONFIG))
		return "this processor cannot program keys (CPUID.07H:EDX[18], "
		       "PCONFIG, is 0)";
	if (!registers->msrs_readable)
		return "IA32_TME_CAPABILITY and IA32_TME_ACTIVATE cannot be "
		       "read on all processors, or differ between them";
	return NULL;
}

static const char *judge_firmware(const struct tmebox_registers *registers)
{
	u32 keyid_bits = bits(registers->activate, 35, 32);

	if (!(registers->activate & ACTIVATE_LOCK))
		return "the firmware left total memory encryption unconfigured "
		       "(IA32_TME_ACTIVATE[0], lock, is 0)";
	if (!(registers->activate & ACTIVATE_ENABLE))
		return "the firmware left total memory encryption off "
		       "(IA32_TME_ACTIVATE[1] is 0)";
	if (keyid_bits == 0)
		return "the firmware left multi-key encryption off "
		       "(IA32_TME_ACTIVATE[35:32], bits for KeyIDs, are 0)";
	if (keyid_bits > bits(registers->capability, 35, 32))
		return "the firmware set more bits for KeyIDs than the "
		       "processor has";
	if (!registers->pconfig_target)
		return "this processor lists no TME-MK target for PCONFIG "
		       "(CPUID.1BH)";
	if (!choose_algorithm(registers->activate))
		return "the firmware activated no encryption without integrity "
		       "(IA32_TME_ACTIVATE[63:48])";
	if (!last_key(registers))
		return "no KeyID is left beside those of TDX";
	return NULL;
}

/*
 * The KeyID bits are the highest that the processor has. A kernel that takes
 * them for address bits could hand out pages there.
 */
static const char *judge_kernel(const struct tmebox_registers *registers)
{
	u32 keyid_bits = bits(registers->activate, 35, 32);

	if (registers->physical_bits > 52 ||
	    registers->physical_bits < 32 + keyid_bits ||
	    registers->kernel_physical_bits !=
		    registers->physical_bits - keyid_bits)
		return "this kernel does not keep the bits of KeyIDs out of "
		       "its physical addresses";
	return NULL;
}

const char *tmebox_judge(const struct tmebox_registers *registers,
			 struct tmebox_platform *platform)
{
	const char *why = judge_processor(registers);

	if (!why)
		why = judge_firmware(registers);
	if (!why)
		why = judge_kernel(registers);
	if (why)
		return why;
	*platform = (struct tmebox_platform){
		.keyid_bits = bits(registers->activate, 35, 32),
		.keyid_shift = registers->kernel_physical_bits,
		.last_key = last_key(registers),
		.algorithm = choose_algorithm(registers->activate),
	};
	return NULL;
}
