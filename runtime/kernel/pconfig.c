// SPDX-License-Identifier: GPL-2.0
/*
 * PCONFIG, leaf MKTME_KEY_PROGRAM. Each package has a key table of its own, so
 * a KeyID is programmed by one processor of each. A random key differs from
 * package to package, which does not matter: a line of memory belongs to one.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/bitmap.h>
#include <linux/build_bug.h>
#include <linux/cpu.h>
#include <linux/cpuhotplug.h>
#include <linux/delay.h>
#include <linux/random.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <asm/asm.h>
#include <asm/topology.h>

#include "tmebox.h"

#define LEAF_MKTME_KEY_PROGRAM 0

/* KEYID_CTRL[7:0]; [23:8] is the algorithm */
#define KEYID_SET_KEY_RANDOM 1
#define KEYID_CLEAR_KEY 2

/* EAX */
#define PROG_SUCCESS 0
#define PROG_ENTROPY_ERROR 2
#define PROG_DEVICE_BUSY 5
#define PROG_FAULTED 0xffff /* ours: the instruction raised #GP */

/* MKTME_KEY_PROGRAM_STRUCT */
struct key_program {
	u16 keyid;
	u32 keyid_ctrl;
	u8 ignored[58];
	u8 key_field_1[64]; /* entropy, mixed into the processor's own */
	u8 key_field_2[64];
} __packed __aligned(256);

static_assert(sizeof(struct key_program) == 256);
static_assert(offsetof(struct key_program, key_field_1) == 64);

struct attempt {
	const struct key_program *program;
	u32 status;
};

static unsigned long *programmed_packages; /* those that were there at first */
static enum cpuhp_state hotplug_state;

/* On the processor whose package is meant, with interrupts off. */
static void execute(void *data)
{
	struct attempt *attempt = data;
	u32 status = LEAF_MKTME_KEY_PROGRAM;
	u32 faulted = 1;

	asm volatile("1:	.byte 0x0f, 0x01, 0xc5\n" /* pconfig */
		     "	movl $0, %[faulted]\n"
		     "2:\n" _ASM_EXTABLE(1b, 2b)
		     : "+a"(status), [faulted] "+r"(faulted)
		     : "b"(attempt->program)
		     : "memory", "cc");
	attempt->status = faulted ? PROG_FAULTED : status;
}

/* Another processor may hold the key table, and entropy may be short. */
static int program_package(int cpu, const struct key_program *program)
{
	enum { ATTEMPTS = 100 };
	struct attempt attempt = { .program = program };
	int i, error;

	for (i = 0; i < ATTEMPTS; i++) {
		error = smp_call_function_single(cpu, execute, &attempt, 1);
		if (error)
			return error;
		if (attempt.status != PROG_ENTROPY_ERROR &&
		    attempt.status != PROG_DEVICE_BUSY)
			break;
		usleep_range(10, 100);
	}
	if (attempt.status == PROG_SUCCESS)
		return 0;
	pr_err("PCONFIG failed on processor %d: KeyID %u, status %#x\n", cpu,
	       program->keyid, attempt.status);
	return -EIO;
}

/* One processor a package; the first failure, but tries all of them. */
static int program_all(const struct key_program *program)
{
	unsigned long *done =
		bitmap_zalloc(topology_max_packages(), GFP_KERNEL);
	int cpu, error = 0;

	if (!done)
		return -ENOMEM;
	cpus_read_lock();
	for_each_online_cpu(cpu) {
		int failed;

		if (test_and_set_bit(topology_logical_package_id(cpu), done))
			continue;
		failed = program_package(cpu, program);
		if (!error)
			error = failed;
	}
	cpus_read_unlock();
	bitmap_free(done);
	return error;
}

static int run_command(u32 key, u32 command)
{
	struct key_program *program = kzalloc(sizeof(*program), GFP_KERNEL);
	int error;

	if (!program)
		return -ENOMEM;
	program->keyid = key;
	program->keyid_ctrl = command | (u32)tmebox_platform.algorithm << 8;
	if (command == KEYID_SET_KEY_RANDOM) {
		get_random_bytes(program->key_field_1,
				 sizeof(program->key_field_1));
		get_random_bytes(program->key_field_2,
				 sizeof(program->key_field_2));
	}
	error = program_all(program);
	kfree_sensitive(program);
	return error;
}

int tmebox_pconfig_set_random(u32 key)
{
	return run_command(key, KEYID_SET_KEY_RANDOM);
}

int tmebox_pconfig_clear(u32 key)
{
	return run_command(key, KEYID_CLEAR_KEY);
}

/* A package that comes later would have other keys, or none. */
static int processor_online(unsigned int cpu)
{
	int package = topology_logical_package_id(cpu);

	if (test_bit(package, programmed_packages))
		return 0;
	pr_err("processor %u stays off: package %d has no keys\n", cpu,
	       package);
	return -EPERM;
}

/* A package without processors could not be programmed. */
static int processor_offline(unsigned int cpu)
{
	int package = topology_logical_package_id(cpu);
	int other;

	for_each_online_cpu(other) {
		if (other != cpu &&
		    topology_logical_package_id(other) == package)
			return 0;
	}
	pr_err("processor %u stays on: the last of package %d\n", cpu, package);
	return -EBUSY;
}

int tmebox_pconfig_init(void)
{
	int cpu, state;

	programmed_packages =
		bitmap_zalloc(topology_max_packages(), GFP_KERNEL);
	if (!programmed_packages)
		return -ENOMEM;
	cpus_read_lock();
	for_each_online_cpu(cpu)
		set_bit(topology_logical_package_id(cpu), programmed_packages);
	state = cpuhp_setup_state_nocalls_cpuslocked(
		CPUHP_AP_ONLINE_DYN, "tmebox:online", processor_online,
		processor_offline);
	cpus_read_unlock();
	if (state < 0) {
		bitmap_free(programmed_packages);
		return state;
	}
	hotplug_state = state;
	return 0;
}

void tmebox_pconfig_exit(void)
{
	cpuhp_remove_state_nocalls(hotplug_state);
	bitmap_free(programmed_packages);
}
