/* The device backend where there is no device: it says so, and the host can go on with another.
 * What it does with one is tested in an emulated machine (test/kernel). */
#include "check.h"
#include "tmebox.h"

#include <stdio.h>
#include <sys/stat.h>

static void without_a_device_it_is_refused(void) {
    tbx_error error = {""};
    struct stat status;
    if (stat("/dev/tmebox", &status) == 0) {
        printf("# there is a device here: not tried\n");
        return;
    }
    CHECK(!tbx_backend_start(TBX_BACKEND_DEVICE, NULL, &error));
    CHECK_CONTAINS(error.message, "there is no /dev/tmebox: the device backend needs");
    CHECK_EQUAL(tbx_backend_started(), TBX_BACKEND_PLAIN);
    CHECK(tbx_backend_start(TBX_BACKEND_PLAIN, NULL, &error));
}

int main(int argc, char **argv) {
    static const struct check_test tests[] = {
        {"without_a_device_it_is_refused", without_a_device_it_is_refused},
    };
    return check_main(tests, sizeof tests / sizeof *tests, argc, argv);
}
