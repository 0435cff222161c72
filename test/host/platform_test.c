/* What the kernel module makes of the registers of machines that have TME-MK, lack it, or whose
 * firmware left it off. Runs anywhere: platform.c knows no kernel. */
#include "../kernel/platform.h"

#include "check.h"

#include <string.h>

enum { TDX_BITS_AT = 36, KEYID_BITS_AT = 32 };

/* A server of 52 address bits, six of them for KeyIDs. */
static struct tmebox_registers server(void) {
    return (struct tmebox_registers){
        .cpuid_7_ecx = TMEBOX_CPUID_ECX_TME_EN,
        .cpuid_7_edx = TMEBOX_CPUID_EDX_PCONFIG,
        .pconfig_target = true,
        .msrs_readable = true,
        .capability = 1 | 6ull << 32 | 63ull << 36,
        .activate = 3 | 6ull << KEYID_BITS_AT | 1ull << 48,
        .physical_bits = 52,
        .kernel_physical_bits = 46,
    };
}

static struct tmebox_platform accepted(const struct tmebox_registers *registers) {
    struct tmebox_platform platform = {0};
    const char *why = tmebox_judge(registers, &platform);
    CHECK(why == NULL);
    return platform;
}

static void refused(const struct tmebox_registers *registers, const char *reason) {
    struct tmebox_platform platform, before;
    memset(&platform, 0x5A, sizeof platform);
    before = platform;
    const char *why = tmebox_judge(registers, &platform);
    CHECK_CONTAINS(why == NULL ? "(accepted)" : why, reason);
    CHECK(memcmp(&platform, &before, sizeof platform) == 0);
}

static void a_server_is_accepted(void) {
    struct tmebox_registers registers = server();
    struct tmebox_platform platform = accepted(&registers);
    CHECK_EQUAL(platform.keyid_bits, 6);
    CHECK_EQUAL(platform.keyid_shift, 46);
    CHECK_EQUAL(platform.last_key, 63);
    CHECK_EQUAL(platform.algorithm, 1);
    CHECK(!platform.fake);
}

static void fewer_keys_than_bits(void) {
    struct tmebox_registers registers = server();
    registers.capability = 1 | 6ull << 32 | 40ull << 36;
    CHECK_EQUAL(accepted(&registers).last_key, 40);
}

static void tdx_takes_the_upper_keyids(void) {
    struct tmebox_registers registers = server();
    registers.activate |= 1ull << TDX_BITS_AT;
    CHECK_EQUAL(accepted(&registers).last_key, 31);
    registers.partitioning = 32ull << 32 | 20;
    CHECK_EQUAL(accepted(&registers).last_key, 20);
    registers.partitioning = 32ull << 32 | 1000;
    CHECK_EQUAL(accepted(&registers).last_key, 31);
    registers.activate |= 6ull << TDX_BITS_AT;
    refused(&registers, "no KeyID is left");
}

static void fifteen_bits(void) {
    struct tmebox_registers registers = server();
    registers.capability = 1 | 15ull << 32 | 0x7FFFull << 36;
    registers.activate = 3 | 15ull << KEYID_BITS_AT | 1ull << 48;
    registers.kernel_physical_bits = 37;
    struct tmebox_platform platform = accepted(&registers);
    CHECK_EQUAL(platform.last_key, 0x7FFF);
    CHECK_EQUAL(platform.keyid_shift, 37);
}

static void the_longer_key_without_integrity_is_chosen(void) {
    struct tmebox_registers registers = server();
    registers.activate = 3 | 6ull << KEYID_BITS_AT | 0xFull << 48;
    CHECK_EQUAL(accepted(&registers).algorithm, 4);
    registers.activate = 3 | 6ull << KEYID_BITS_AT | 0x3ull << 48;
    CHECK_EQUAL(accepted(&registers).algorithm, 1);
    registers.activate = 3 | 6ull << KEYID_BITS_AT | 0xFFFAull << 48;
    refused(&registers, "without integrity");
}

static void processors_without_are_refused(void) {
    struct tmebox_registers registers = {0};
    refused(&registers, "no total memory encryption");
    registers = server();
    registers.cpuid_7_ecx = ~TMEBOX_CPUID_ECX_TME_EN;
    refused(&registers, "no total memory encryption");
    registers = server();
    registers.cpuid_7_edx = ~TMEBOX_CPUID_EDX_PCONFIG;
    refused(&registers, "PCONFIG");
    registers = server();
    registers.pconfig_target = false;
    refused(&registers, "CPUID.1BH");
    registers = server();
    registers.msrs_readable = false;
    refused(&registers, "cannot be read on all processors");
}

static void firmware_that_left_it_off_is_refused(void) {
    struct tmebox_registers registers = server();
    registers.activate = 0;
    refused(&registers, "lock");
    registers.activate = 2 | 6ull << KEYID_BITS_AT | 1ull << 48;
    refused(&registers, "lock");
    registers.activate = 1 | 6ull << KEYID_BITS_AT | 1ull << 48;
    refused(&registers, "left total memory encryption off");
    registers.activate = 3 | 1ull << 48;
    refused(&registers, "left multi-key encryption off");
    registers.activate = 3 | 7ull << KEYID_BITS_AT | 1ull << 48;
    refused(&registers, "more bits for KeyIDs");
    registers.activate = 3 | 6ull << KEYID_BITS_AT;
    refused(&registers, "IA32_TME_ACTIVATE[63:48]");
    registers = server();
    registers.capability = 1 | 6ull << 32;
    refused(&registers, "no KeyID is left");
}

static void kernels_that_would_use_the_bits_are_refused(void) {
    struct tmebox_registers registers = server();
    registers.kernel_physical_bits = 52;
    refused(&registers, "this kernel");
    registers.kernel_physical_bits = 45;
    refused(&registers, "this kernel");
    registers = server();
    registers.physical_bits = 36;
    registers.kernel_physical_bits = 30;
    refused(&registers, "this kernel");
    registers.physical_bits = 0;
    registers.kernel_physical_bits = (u32)-6;
    refused(&registers, "this kernel");
    registers.physical_bits = 58;
    registers.kernel_physical_bits = 52;
    refused(&registers, "this kernel");
}

int main(int argc, char **argv) {
    static const struct check_test tests[] = {
        {"a_server_is_accepted", a_server_is_accepted},
        {"fewer_keys_than_bits", fewer_keys_than_bits},
        {"tdx_takes_the_upper_keyids", tdx_takes_the_upper_keyids},
        {"fifteen_bits", fifteen_bits},
        {"the_longer_key_without_integrity_is_chosen", the_longer_key_without_integrity_is_chosen},
        {"processors_without_are_refused", processors_without_are_refused},
        {"firmware_that_left_it_off_is_refused", firmware_that_left_it_off_is_refused},
        {"kernels_that_would_use_the_bits_are_refused",
         kernels_that_would_use_the_bits_are_refused},
    };
    return check_main(tests, sizeof tests / sizeof *tests, argc, argv);
}
