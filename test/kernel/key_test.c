/* KeyIDs: given, taken back, and never used by another process. */
#include "../host/check.h"
#include "device.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

enum { KEYS = 3 }; /* of two fake bits */

static void the_machine_is_described(void) {
    struct tmebox_info info;
    int device = open_device();
    CHECK_EQUAL(ioctl_error(device, TMEBOX_INFO, &info), 0);
    CHECK_EQUAL(info.version, TMEBOX_UAPI_VERSION);
    CHECK_EQUAL(info.flags, TMEBOX_INFO_FAKE);
    CHECK_EQUAL(info.keyid_bits, 2);
    CHECK_EQUAL(info.keys, KEYS);
    CHECK_EQUAL(info.keys_left, KEYS);
    CHECK_EQUAL(info.pages, 0);
    close(device);
}

static void all_keyids_can_be_given_and_come_back(void) {
    int device = open_device(), other = open_device();
    uint32_t seen = 0, key = 0;
    for (int i = 0; i < KEYS; i++)
        seen |= 1u << take_key(device);
    CHECK_EQUAL(seen, 0xE);
    CHECK_EQUAL(ioctl_error(other, TMEBOX_KEY_TAKE, &key), ENOSPC);
    key = 2;
    CHECK_EQUAL(ioctl_error(device, TMEBOX_KEY_RETURN, &key), 0);
    CHECK_EQUAL(ioctl_error(device, TMEBOX_KEY_RETURN, &key), ENOENT);
    CHECK_EQUAL(map_error(device, key, 0, PAGE, PROT_READ, MAP_SHARED), EACCES);
    CHECK_EQUAL(take_key(other), 2);
    CHECK_EQUAL(ioctl_error(device, TMEBOX_KEY_RETURN, &key), ENOENT);
    close(device);
    CHECK_EQUAL(keys_left(other), KEYS - 1);
    close(other);
}

static void hostile_calls_are_refused(void) {
    static const uint32_t never[] = {0, KEYS + 1, 0x8000, 0x10001, 0x7FFFFFFF, 0xFFFFFFFF};
    unsigned char room[4096];
    void *nowhere = (void *)8, *kernel = (void *)0xFFFF888000000000;
    int device = open_device();
    take_key(device);
    for (size_t i = 0; i < sizeof never / sizeof *never; i++) {
        uint32_t key = never[i];
        CHECK_EQUAL(ioctl_error(device, TMEBOX_KEY_RETURN, &key), ENOENT);
    }
    CHECK_EQUAL(ioctl_error(device, TMEBOX_KEY_RETURN, nowhere), EFAULT);
    CHECK_EQUAL(ioctl_error(device, TMEBOX_KEY_RETURN, kernel), EFAULT);
    CHECK_EQUAL(ioctl_error(device, TMEBOX_DISCARD, nowhere), EFAULT);
    CHECK_EQUAL(ioctl_error(device, TMEBOX_INFO, nowhere), EFAULT);
    CHECK_EQUAL(ioctl_error(device, TMEBOX_INFO, kernel), EFAULT);
    for (unsigned number = 0; number < 256; number++) {
        CHECK_EQUAL(ioctl_error(device, _IO(TMEBOX_IOC, number), room), ENOTTY);
        CHECK_EQUAL(ioctl_error(device, _IOR(TMEBOX_IOC, number, unsigned char), room), ENOTTY);
        CHECK_EQUAL(ioctl_error(device, _IOWR(TMEBOX_IOC, number, room), room), ENOTTY);
    }
    CHECK(read(device, room, sizeof room) == -1);
    CHECK(write(device, room, sizeof room) == -1);
    close(device);
}

/* The file has the KeyID before its number is told. */
static void a_keyid_whose_number_got_lost_comes_back(void) {
    int device = open_device(), other = open_device();
    CHECK_EQUAL(ioctl_error(device, TMEBOX_KEY_TAKE, (void *)8), EFAULT);
    CHECK_EQUAL(keys_left(other), KEYS - 1);
    close(device);
    CHECK_EQUAL(keys_left(other), KEYS);
    close(other);
}

static void a_mapping_keeps_the_keyid_of_a_closed_file(void) {
    int device = open_device(), other = open_device();
    uint32_t key = take_key(device);
    unsigned char *page = map_memory(device, key, 0, PAGE);
    close(device);
    CHECK_EQUAL(keys_left(other), KEYS - 1);
    page[0] = 42;
    CHECK_EQUAL(frame_of(page).key, key);
    munmap(page, PAGE);
    CHECK_EQUAL(keys_left(other), KEYS);
    close(other);
}

struct given {
    int device;
    uint32_t key;
    unsigned char *page;
};

static int errors_of(const struct given *given) {
    struct tmebox_info info;
    uint32_t key = given->key;
    return map_error(given->device, given->key, 0, PAGE, PROT_READ, MAP_SHARED) == EPERM &&
           map_error(given->device, 0, 0, PAGE, PROT_READ, MAP_SHARED) == EPERM &&
           ioctl_error(given->device, TMEBOX_INFO, &info) == EPERM &&
           ioctl_error(given->device, TMEBOX_KEY_TAKE, &key) == EPERM &&
           ioctl_error(given->device, TMEBOX_KEY_RETURN, &key) == EPERM &&
           discard(given->device, 0, PAGE) == EPERM;
}

static int child_has_nothing(void *context) {
    const struct given *given = context;
    return !readable(given->page) && errors_of(given);
}

static void fork_gives_neither_mapping_nor_keyid(void) {
    struct given given = {.device = open_device()};
    given.key = take_key(given.device);
    given.page = map_memory(given.device, given.key, 0, PAGE);
    given.page[0] = 42;
    CHECK_EQUAL(in_child(child_has_nothing, &given), 1);
    CHECK(madvise(given.page, PAGE, MADV_DOFORK) != 0);
    CHECK_EQUAL(in_child(child_has_nothing, &given), 1);
    CHECK_EQUAL(given.page[0], 42);
    munmap(given.page, PAGE);
    close(given.device);
}

static int child_opens_its_own(void *context) {
    const struct given *given = context;
    int device = open_device();
    uint32_t key = given->key;
    return map_error(device, key, 0, PAGE, PROT_READ, MAP_SHARED) == EACCES &&
           ioctl_error(device, TMEBOX_KEY_RETURN, &key) == ENOENT && take_key(device) != key;
}

static void another_file_does_not_have_the_keyid(void) {
    struct given given = {.device = open_device()};
    given.key = take_key(given.device);
    CHECK_EQUAL(in_child(child_opens_its_own, &given), 1);
    CHECK_EQUAL(keys_left(given.device), KEYS - 1);
    close(given.device);
}

/* What the parent sends through a socket is not usable either. */
static int child_receives(void *context) {
    char room[CMSG_SPACE(sizeof(int))], byte;
    struct iovec data = {.iov_base = &byte, .iov_len = 1};
    struct msghdr message = {
        .msg_iov = &data, .msg_iovlen = 1, .msg_control = room, .msg_controllen = sizeof room};
    struct given given = {.key = 1};
    if (recvmsg(*(int *)context, &message, 0) != 1)
        return 2;
    memcpy(&given.device, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof(int));
    return errors_of(&given);
}

static void a_passed_descriptor_gives_nothing(void) {
    int ends[2], device = open_device();
    char room[CMSG_SPACE(sizeof(int))] = {0}, byte = 0;
    struct iovec data = {.iov_base = &byte, .iov_len = 1};
    struct msghdr message = {
        .msg_iov = &data, .msg_iovlen = 1, .msg_control = room, .msg_controllen = sizeof room};
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    *header = (struct cmsghdr){
        .cmsg_len = CMSG_LEN(sizeof(int)), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS};
    memcpy(CMSG_DATA(header), &device, sizeof device);
    take_key(device);
    CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
    CHECK_EQUAL(sendmsg(ends[0], &message, 0), 1);
    CHECK_EQUAL(in_child(child_receives, &ends[1]), 1);
    close(ends[0]);
    close(ends[1]);
    close(device);
}

static const char *self;

/* A new program in the same process has other memory. */
static int child_executes(void *context) {
    int device = open_device();
    char number[12] = {(char)('0' + device / 10), (char)('0' + device % 10)};
    (void)context;
    fcntl(device, F_SETFD, 0);
    take_key(device);
    execl(self, self, "executed", number, (char *)NULL);
    return 2;
}

static int executed(const char *number) {
    struct given given = {.device = (number[0] - '0') * 10 + number[1] - '0', .key = 1};
    return errors_of(&given);
}

static void exec_gives_nothing(void) {
    CHECK_EQUAL(in_child(child_executes, NULL), 1);
}

int main(int argc, char **argv) {
    static const struct check_test tests[] = {
        {"the machine is described", the_machine_is_described},
        {"all KeyIDs can be given, and come back", all_keyids_can_be_given_and_come_back},
        {"hostile calls are refused", hostile_calls_are_refused},
        {"a KeyID whose number got lost comes back", a_keyid_whose_number_got_lost_comes_back},
        {"a mapping keeps the KeyID of a closed file", a_mapping_keeps_the_keyid_of_a_closed_file},
        {"fork gives neither mapping nor KeyID", fork_gives_neither_mapping_nor_keyid},
        {"another file does not have the KeyID", another_file_does_not_have_the_keyid},
        {"a passed descriptor gives nothing", a_passed_descriptor_gives_nothing},
        {"exec gives nothing", exec_gives_nothing},
    };
    self = argv[0];
    if (argc == 3 && strcmp(argv[1], "executed") == 0)
        return executed(argv[2]);
    return check_main(tests, sizeof tests / sizeof *tests, argc, argv);
}
