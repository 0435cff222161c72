/* What a call leaves in registers of the processor: for the sandbox, and for the host. */
#include "check.h"
#include "small_library.h"

#include <asm/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static uint64_t read_vectors(tbx_sandbox *sandbox) {
    const tbx_arguments arguments = {0};
    tbx_function function = tbx_template_function(template, "read_vectors");
    tbx_result result = {0};
    tbx_sandbox_call(sandbox, function, &arguments, &result, &outcome);
    __asm__ volatile("pcmpeqd %%xmm15, %%xmm15" : : : "xmm15");
    tbx_sandbox_call(sandbox, function, &arguments, &result, &outcome);
    return result.integer;
}

static void vector_registers_are_cleared_unless_the_host_allows(void) {
    tbx_config *config = small_config();
    open_template(config);
    tbx_sandbox *sandbox = new_copy();
    CHECK_EQUAL(read_vectors(sandbox), 0);
    close_all(sandbox);
    config = small_config();
    tbx_config_keep_registers(config, true);
    open_template(config);
    sandbox = new_copy();
    read_vectors(sandbox);
    CHECK_EQUAL(outcome.kind, TBX_RETURNED);
    close_all(sandbox);
}

static uint64_t read_gs_base(void) {
    uint64_t base = 0;
    syscall(SYS_arch_prctl, ARCH_GET_GS, &base);
    return base;
}

/* It stays what it is for the next call into the same sandbox, which does not write it again. */
static void the_gs_base_stays_until_another_sandbox_is_entered(void) {
    open_template(small_config());
    tbx_sandbox *sandbox = new_copy(), *other = new_copy();
    CALL1(sandbox, "add", 1);
    CHECK_EQUAL(read_gs_base(), tbx_sandbox_window_base(sandbox));
    CALL1(sandbox, "add", 1);
    CHECK_EQUAL(read_gs_base(), tbx_sandbox_window_base(sandbox));
    CALL1(other, "add", 1);
    CHECK_EQUAL(read_gs_base(), tbx_sandbox_window_base(other));
    tbx_sandbox_free(other);
    close_all(sandbox);
}

static void a_gs_base_of_the_host_comes_back(void) {
    static uint64_t word;
    open_template(small_config());
    tbx_sandbox *sandbox = new_copy(), *other = new_copy();
    CALL1(sandbox, "add", 1);
    syscall(SYS_arch_prctl, ARCH_SET_GS, &word);
    CHECK_EQUAL(CALL1(sandbox, "add", 1), 3);
    CHECK_EQUAL(read_gs_base(), (uintptr_t)&word);
    CHECK_EQUAL(CALL1(other, "add", 1), 2);
    CHECK_EQUAL(read_gs_base(), (uintptr_t)&word);
    syscall(SYS_arch_prctl, ARCH_SET_GS, 0);
    tbx_sandbox_free(other);
    close_all(sandbox);
}

static volatile long double numbers[] = {1, 2, 3, 4};
static volatile bool is_less;

static uint64_t compare_one_way(tbx_sandbox *sandbox, const uint64_t arguments[6], void *context) {
    (void)sandbox, (void)arguments, (void)context;
    is_less = numbers[0] < numbers[1];
    return 0;
}

static uint64_t compare_the_other(tbx_sandbox *sandbox, const uint64_t arguments[6],
                                  void *context) {
    (void)sandbox, (void)arguments, (void)context;
    is_less = numbers[3] < numbers[2];
    return 0;
}

/* fnstenv, which verified code may use, tells where the last x87 instruction and its operand were.
 */
static void the_x87_unit_remembers_nothing_of_the_host(void) {
    open_template(small_config());
    tbx_sandbox *sandbox = new_copy();
    first_import = compare_one_way;
    uint64_t one = CALL1(sandbox, "read_x87", true);
    first_import = compare_the_other;
    CHECK_EQUAL(CALL1(sandbox, "read_x87", true), one);
    first_import = NULL;
    compare_one_way(NULL, NULL, NULL);
    one = CALL1(sandbox, "read_x87", false);
    compare_the_other(NULL, NULL, NULL);
    CHECK_EQUAL(CALL1(sandbox, "read_x87", false), one);
    CHECK_EQUAL(outcome.kind, TBX_RETURNED);
    close_all(sandbox);
}

int main(int argc, char **argv) {
    static const struct check_test tests[] = {
        TEST(vector_registers_are_cleared_unless_the_host_allows),
        TEST(the_gs_base_stays_until_another_sandbox_is_entered),
        TEST(a_gs_base_of_the_host_comes_back),
        TEST(the_x87_unit_remembers_nothing_of_the_host),
    };
    return check_main(tests, sizeof tests / sizeof *tests, argc, argv);
}
