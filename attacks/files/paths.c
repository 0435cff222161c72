// Out of the granted directories: paths, links, descriptors of directories.
#include "../attack.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

// What natively is the folder beside, and inside is none of the program's business.
#define OUTSIDE "../outside/"

static void copy(int file) {
    char bytes[SECRET_SIZE];
    long size = file < 0 ? -1 : read(file, bytes, sizeof bytes);
    if (size > 0)
        leak(bytes, (size_t)size);
    if (file >= 0)
        close(file);
}

static void read_path(const char *path) {
    copy(open(path, O_RDONLY));
}

static void write_path(const char *path) {
    int file = open(path, O_WRONLY | O_CREAT, 0600);
    if (file >= 0)
        close(write(file, "changed", 7) == 7 ? file : file);
}

ATTACK(dots, "held") {
    armed();
    read_path(OUTSIDE "secret");
    write_path(OUTSIDE "secret");
}

ATTACK(dots_in_the_middle, "held") {
    armed();
    read_path("sub/../../outside/secret");
    read_path("./sub/.././/..//outside/./secret");
    write_path("sub/../../outside/new");
}

ATTACK(dots_above_the_root, "held", "no control: natively the root is another") {
    char path[4096] = "";
    armed();
    for (int i = 0; i < 60; i++) {
        strcat(path, "../");
        char whole[4096];
        snprintf(whole, sizeof whole, "%soutside/secret", path);
        read_path(whole);
        snprintf(whole, sizeof whole, "%setc/passwd", path);
        read_path(whole);
        snprintf(whole, sizeof whole, "/granted/%soutside/secret", path);
        read_path(whole);
    }
}

#define FOLLOWS(name, path)                                                                        \
    ATTACK(name, "held") {                                                                         \
        armed();                                                                                   \
        read_path(path);                                                                           \
        write_path(path);                                                                          \
    }

FOLLOWS(link_to_file, "link-secret")
FOLLOWS(link_to_folder, "link-outside/secret")
FOLLOWS(link_with_dots, "link-winding/secret")
FOLLOWS(chain_of_links, "link-chain")
FOLLOWS(link_to_proc, "link-root/proc/self/cwd/../outside/secret")

ATTACK(link_to_read_only_folder, "held") {
    armed();
    write_path("link-shown/constant");
    write_path("/shown/constant");
    unlink("link-shown/constant");
    mkdir("/shown/new", 0700);
    write_path("../shown/constant");
}

// A folder is opened, and from there the way goes up.
ATTACK(folder_descriptor, "held") {
    int folder = open("sub", O_RDONLY | O_DIRECTORY);
    armed();
    copy(openat(folder, "../../outside/secret", O_RDONLY));
    copy(openat(folder, "../link-outside/secret", O_RDONLY));
    int file = openat(folder, "../../outside/new", O_WRONLY | O_CREAT, 0600);
    if (file >= 0)
        close(file);
}

// A folder is renamed while its descriptor is open, so that `..` from it leads elsewhere.
ATTACK(folder_moved_while_open, "held") {
    mkdir("a", 0700);
    mkdir("a/b", 0700);
    int folder = open("a/b", O_RDONLY | O_DIRECTORY);
    rename("a/b", "b");
    armed();
    copy(openat(folder, "../../outside/secret", O_RDONLY));
    copy(openat(folder, "../outside/secret", O_RDONLY));
    fchdir(folder);
    read_path("../../outside/secret");
    read_path("../../../outside/secret");
}

ATTACK(working_directory, "held") {
    armed();
    if (chdir("..") == 0)
        read_path("outside/secret");
    chdir("/granted");
    if (chdir("link-outside") == 0)
        read_path("secret");
}

// The program's own link, made inside, to the outside.
ATTACK(own_link, "held") {
    armed();
    symlink(OUTSIDE "secret", "mine-too");
    symlink("../outside", "mine-folder");
    read_path("mine-too");
    read_path("mine-folder/secret");
}

// A second name of the secret.
ATTACK(hard_link, "held") {
    armed();
    link(OUTSIDE "secret", "second");
    linkat(AT_FDCWD, "link-secret", AT_FDCWD, "third", AT_SYMLINK_FOLLOW);
    read_path("second");
    read_path("third");
}

ATTACK(rename_out_and_in, "held") {
    armed();
    rename(OUTSIDE "secret", "taken");
    read_path("taken");
    rename("mine", OUTSIDE "secret");
    rename("mine", "link-outside/brought");
    rename("link-outside/secret", "taken-too");
    read_path("taken-too");
}

ATTACK(rename_exchange, "held") {
    armed();
    syscall(SYS_renameat2, AT_FDCWD, "mine", AT_FDCWD, OUTSIDE "secret", 2);
    read_path("mine");
    syscall(SYS_renameat2, AT_FDCWD, "sub", AT_FDCWD, "link-outside/secret", 2);
    read_path("sub");
}

ATTACK(remove_outside, "held") {
    armed();
    unlink("link-outside/secret");
    unlink(OUTSIDE "secret");
    rmdir("../outside");
}

ATTACK(make_outside, "held") {
    armed();
    mkdir("link-outside/new", 0700);
    mkdir(OUTSIDE "new", 0700);
    close(creat("link-outside/file", 0600));
    mknod("link-outside/node", S_IFREG | 0600, 0);
}

ATTACK(attributes_outside, "held") {
    armed();
    chmod("link-secret", 04777);
    chmod(OUTSIDE "secret", 04777);
    truncate("link-secret", 3);
    truncate(OUTSIDE "secret", 3);
}

// Opened for reading, changed through the descriptor.
ATTACK(attributes_by_descriptor, "held") {
    int file = open("/shown/constant", O_RDONLY);
    if (file < 0)
        file = open("../shown/constant", O_RDONLY);
    armed();
    fchmod(file, 0777);
    ftruncate(file, 0);
}

// Ways of opening that need no access at first.
ATTACK(path_descriptors, "held", "no control: it takes a second step through proc natively") {
    armed();
    copy(open("link-outside", O_PATH));
    int path = open("link-secret", O_PATH | O_NOFOLLOW);
    copy(openat(path, "", O_RDONLY));
    copy(open(".", O_TMPFILE | O_RDWR, 0600));
    copy((int)syscall(437, AT_FDCWD, "link-secret", own(SECRET_OFFSET), 24));
    copy((int)syscall(SYS_open_by_handle_at, 3, own(SECRET_OFFSET), 0));
}

// A slash behind a link makes it the folder that it leads to, for those calls that would not follow
// it.
ATTACK(slash_behind_a_link, "held") {
    char target_of[SECRET_SIZE];
    struct stat status;
    armed();
    copy(openat(open("link-outside/", O_RDONLY | O_DIRECTORY | O_NOFOLLOW), "secret", O_RDONLY));
    read_path("link-outside/./secret");
    rename("mine", "link-outside/");
    rename("link-secret/", "stolen");
    mkdir("link-outside/", 0700);
    mkdir("link-outside//new/", 0700);
    rmdir("link-outside/");
    unlink("link-secret/");
    if (lstat("link-outside/", &status) == 0 &&
        readlink("link-secret/", target_of, sizeof target_of) > 0)
        leak(target_of, sizeof target_of);
}

// The process as files.
ATTACK(process_files, "held") {
    static const char *const paths[] = {"/proc/self/mem", "/proc/thread-self/mem", "link-memory",
                                        "link-root/proc/self/mem", "/proc/1/mem"};
    armed();
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        int memory = open(paths[i], O_RDWR);
        char bytes[SECRET_SIZE];
        if (memory < 0)
            continue;
        if (pread(memory, bytes, sizeof bytes, (off_t)target.host) > 0)
            leak(bytes, sizeof bytes);
        pwrite(memory, "changed", 7, (off_t)target.above);
        close(memory);
    }
}

ATTACK(process_links, "held") {
    char path[64];
    armed();
    read_path("/proc/self/cwd/../outside/secret");
    for (int i = 0; i < 128; i++) {
        snprintf(path, sizeof path, "/proc/self/fd/%d", i);
        if (i == target.descriptor)
            read_path(path);
        snprintf(path, sizeof path, "/dev/fd/%d", i);
        if (i == target.descriptor)
            read_path(path);
    }
}

ATTACK(devices, "held", "no control: they need privileges") {
    static const char *const paths[] = {"/dev/mem",  "/dev/kmem",       "/dev/port",
                                        "/dev/tty",  "/dev/kvm",        "/dev/userfaultfd",
                                        "/dev/fuse", "/dev/null/../mem"};
    armed();
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        copy(open(paths[i], O_RDWR | O_NONBLOCK));
}

// Names that confuse those who take them apart.
ATTACK(strange_names, "held", "no control: they lead nowhere natively either") {
    static char path[9000];
    armed();
    read_path("/granted\\..\\outside\\secret");
    read_path("/granted/..%2foutside/secret");
    read_path("/granted/.. /outside/secret");
    read_path("/granted\0/../outside/secret");
    read_path("/grantedsub/../outside/secret");
    read_path("//granted//..//..//outside/secret");
    read_path("/granted/mine/../../outside/secret");
    for (size_t length = 4080; length < 4110; length++) {
        memset(path, '/', length);
        strcpy(path + length, "granted/../outside/secret");
        read_path(path);
    }
}
