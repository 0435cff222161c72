/*
 * KeyIDs of windows. Processors have few (63, say). When they run out, windows share the one that
 * the fewest have: their pages are still different ones, and the confinement still isolates them;
 * only what goes round both, such as reading the memory bus, no longer tells them apart. Lines of
 * pools are neighbours in one page and nothing but their keys keeps them apart: a window takes part
 * in pools only with a KeyID of its own, which it then shares with none.
 */
#include "device_keys.h"

#include "../kernel/tmebox_uapi.h"
#include "error.h"
#include "layout.h"
#include "own_descriptor.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { KEY_LIMIT = 1 << 15 };

static int device = -1;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
/* Guarded by lock. Windows by key of their addresses, KeyIDs as the processor counts them. */
static uint16_t keyid_of[TBX_LAST_KEY + 1];
static uint32_t windows_with[KEY_LIMIT]; /* 0: not ours */
static bool only_one[KEY_LIMIT];         /* no other window may get it */

/* A test build of the module encrypts nothing. Only a test's build of this library takes it. */
#ifdef TBX_ACCEPT_FAKE_DEVICE
static const bool accept_fake = true;
#else
static const bool accept_fake = false;
#endif

static bool open_device(tbx_error *error) {
    device = tbx_own_descriptor(open(TMEBOX_DEVICE_PATH, O_RDWR | O_CLOEXEC));
    if (device >= 0)
        return true;
    if (errno == ENOENT || errno == ENXIO || errno == ENODEV)
        return tbx_fail(error,
                        "there is no " TMEBOX_DEVICE_PATH
                        ": the device backend needs a processor with TME-MK and the kernel "
                        "module of runtime/kernel; the kernel log says why it is not loaded");
    return tbx_fail_errno(error, TMEBOX_DEVICE_PATH);
}

static bool check_device(tbx_error *error) {
    struct tmebox_info info = {0};
    if (ioctl(device, TMEBOX_INFO, &info) != 0)
        return tbx_fail_errno(error, TMEBOX_DEVICE_PATH);
    if (info.version != TMEBOX_UAPI_VERSION)
        return tbx_fail(error, TMEBOX_DEVICE_PATH " is of version %u; this library is for %u",
                        info.version, TMEBOX_UAPI_VERSION);
    if ((info.flags & TMEBOX_INFO_FAKE) != 0 && !accept_fake)
        return tbx_fail(error, TMEBOX_DEVICE_PATH " is that of a test build: it encrypts nothing");
    if (info.keys_left == 0)
        return tbx_fail(error, "other processes have all %u KeyIDs", info.keys);
    return true;
}

bool tbx_device_open(tbx_error *error) {
    if (!open_device(error))
        return false;
    if (check_device(error))
        return true;
    close(device);
    device = -1;
    return false;
}

int tbx_device_file(void) {
    return device;
}

/* With lock held. 0: all that we have are taken for pools, or we have none. */
static uint32_t least_shared(void) {
    uint32_t least = 0;
    for (uint32_t keyid = 1; keyid < KEY_LIMIT; keyid++)
        if (windows_with[keyid] != 0 && !only_one[keyid] &&
            (least == 0 || windows_with[keyid] < windows_with[least]))
            least = keyid;
    return least;
}

/* With lock held: a KeyID that nobody has, or one that is shared; 0 and errno. */
static uint32_t choose_keyid(void) {
    __u32 keyid = 0;
    if (ioctl(device, TMEBOX_KEY_TAKE, &keyid) == 0)
        return keyid;
    return errno == ENOSPC ? least_shared() : 0;
}

/* With lock held. */
static bool attach(uint32_t window) {
    uint32_t keyid = choose_keyid();
    if (keyid != 0)
        windows_with[keyid]++;
    keyid_of[window] = (uint16_t)keyid;
    return keyid != 0;
}

bool tbx_device_key_attach(uint32_t window) {
    pthread_mutex_lock(&lock);
    bool attached = attach(window);
    pthread_mutex_unlock(&lock);
    return attached;
}

/* With lock held: the KeyID of a window that has it alone; 0 is no one's. */
static bool give_back(__u32 keyid) {
    if (keyid == 0)
        return true;
    if (ioctl(device, TMEBOX_KEY_RETURN, &keyid) != 0)
        return false;
    windows_with[keyid] = 0;
    only_one[keyid] = false;
    return true;
}

bool tbx_device_key_renew(uint32_t window) {
    pthread_mutex_lock(&lock);
    bool renewed = give_back(keyid_of[window]) && attach(window);
    pthread_mutex_unlock(&lock);
    return renewed;
}

void tbx_device_key_detach(uint32_t window, bool unmapped) {
    pthread_mutex_lock(&lock);
    __u32 keyid = keyid_of[window];
    keyid_of[window] = 0;
    if (!unmapped)
        only_one[keyid] = true;
    else if (windows_with[keyid] > 1)
        windows_with[keyid]--;
    else
        give_back(keyid);
    pthread_mutex_unlock(&lock);
}

uint32_t tbx_device_key(uint32_t window) {
    return keyid_of[window];
}

bool tbx_device_key_is_own(uint32_t window) {
    pthread_mutex_lock(&lock);
    uint32_t keyid = keyid_of[window];
    bool alone = windows_with[keyid] == 1;
    only_one[keyid] |= alone;
    pthread_mutex_unlock(&lock);
    return alone;
}
