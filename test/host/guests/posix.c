/*
 * What a program can do with files, time and its own descriptors, each call with its result: the
 * output must be the same natively and in a sandbox whose working directory was granted. Started in
 * an empty directory.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define SHOW(call)                                                                                 \
    do {                                                                                           \
        errno = 0;                                                                                 \
        long shown = (long)(call);                                                                 \
        printf("%s = %ld %s\n", #call, shown, shown < 0 ? strerror(errno) : "");                   \
    } while (0)

static char buffer[PATH_MAX];

static long size_of(const char *path) {
    struct stat status;
    return stat(path, &status) == 0 ? (long)status.st_size : -1;
}

static long mode_of(const char *path) {
    struct stat status;
    return stat(path, &status) == 0 ? (long)(status.st_mode & 07777) : -1;
}

static void files(void) {
    struct stat status;
    FILE *file = fopen("first", "w+");
    fprintf(file, "hello %d\n", 42);
    SHOW(fseek(file, 0, SEEK_SET));
    SHOW(fgets(buffer, sizeof buffer, file) != NULL);
    fputs(buffer, stdout);
    SHOW(fclose(file));
    SHOW(size_of("first"));
    SHOW(mode_of("first"));
    SHOW(lstat("missing", &status));
    SHOW(access("first", R_OK | W_OK));
    SHOW(rename("first", "second"));
    SHOW(rename("first", "second"));
    SHOW(chmod("second", 0600));
    SHOW(mode_of("second"));
    SHOW(truncate("missing", 1));
    SHOW(readlink("second", buffer, 10));
    SHOW(open("", O_RDONLY));
}

static void descriptors(void) {
    int file = open("second", O_RDWR | O_APPEND);
    struct iovec parts[2] = {{"ab", 2}, {"cd", 2}};
    SHOW(write(file, "abc", 3));
    SHOW(lseek(file, 0, SEEK_CUR));
    SHOW(pread(file, buffer, 5, 1));
    SHOW(pwrite(file, "X", 1, 0));
    SHOW(ftruncate(file, 4));
    SHOW(writev(file, parts, 2));
    SHOW(fsync(file));
    SHOW(posix_fallocate(file, 0, 100));
    SHOW(size_of("second"));
    SHOW(fcntl(file, F_GETFL) & O_APPEND);
    int copy = dup(file);
    SHOW(copy > file);
    SHOW(close(copy));
    SHOW(close(copy));
    SHOW(fcntl(file, F_SETFD, FD_CLOEXEC));
    SHOW(fcntl(file, F_GETFD));
    SHOW(close(file));
}

static void locks_and_mappings(void) {
    int file = open("second", O_RDWR);
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    SHOW(fcntl(file, F_SETLK, &lock));
    lock.l_type = F_UNLCK;
    SHOW(fcntl(file, F_SETLK, &lock));
    SHOW(lockf(file, F_TEST, 0));
    char *mapped = mmap(NULL, 100, PROT_READ | PROT_WRITE, MAP_PRIVATE, file, 0);
    SHOW(mapped != MAP_FAILED);
    printf("%.4s\n", mapped);
    mapped[0] = 'Z';
    SHOW(munmap(mapped, 100));
    SHOW(pread(file, buffer, 1, 0));
    printf("%c\n", buffer[0]);
    SHOW(close(file));
    SHOW(unlink("second"));
}

static int walked;

static int count_walked(const char *path, const struct stat *status, int kind, struct FTW *place) {
    (void)path, (void)status, (void)kind, (void)place;
    walked++;
    return 0;
}

static int is_visible(const struct dirent *entry) {
    return entry->d_name[0] != '.';
}

static void directories(void) {
    struct dirent **entries;
    SHOW(mkdir("folder", 0700));
    SHOW(mkdir("folder", 0700));
    SHOW(close(open("folder/1", O_CREAT | O_WRONLY, 0644)));
    SHOW(close(open("folder/2", O_CREAT | O_WRONLY | O_EXCL, 0644)));
    SHOW(open("folder/2", O_CREAT | O_WRONLY | O_EXCL, 0644));
    SHOW(open("folder", O_WRONLY));
    SHOW(rmdir("folder"));
    int count = scandir("folder", &entries, is_visible, alphasort);
    for (int i = 0; i < count; i++)
        puts(entries[i]->d_name);
    SHOW(nftw(".", count_walked, 10, FTW_PHYS));
    SHOW(walked);
    SHOW(realpath("folder/../folder/1", buffer) != NULL);
    puts(strrchr(buffer, '/'));
    SHOW(realpath("missing/x", buffer) != NULL);
    SHOW(chdir("folder"));
    SHOW(unlink("1"));
    SHOW(chdir(".."));
    SHOW(remove("folder/2"));
    SHOW(rmdir("folder"));
    char temporary[] = "temporary-XXXXXX";
    int file = mkstemp(temporary);
    SHOW(file > 2);
    SHOW(unlink(temporary));
    SHOW(write(file, "q", 1));
    SHOW(close(file));
}

static void pipes(void) {
    int ends[2];
    SHOW(pipe(ends));
    SHOW(write(ends[1], "hi", 2));
    struct pollfd entry = {.fd = ends[0], .events = POLLIN};
    SHOW(poll(&entry, 1, 1000));
    SHOW(entry.revents);
    fd_set readable;
    FD_ZERO(&readable);
    FD_SET(ends[0], &readable);
    struct timeval second = {.tv_sec = 1};
    SHOW(select(ends[0] + 1, &readable, NULL, NULL, &second));
    SHOW(read(ends[0], buffer, 10));
    SHOW(close(ends[1]));
    SHOW(read(ends[0], buffer, 10));
    SHOW(close(ends[0]));
}

static void ignore_signal(int number) {
    (void)number;
}

static void time_and_process(void) {
    struct timespec time = {.tv_nsec = 1000}, times[2] = {{.tv_sec = 100}, {.tv_sec = 200}};
    struct rusage used;
    struct stat status;
    SHOW(signal(SIGINT, ignore_signal) == SIG_ERR);
    SHOW(raise(SIGCHLD));
    SHOW(getrusage(RUSAGE_SELF, &used));
    SHOW(nanosleep(&time, NULL));
    SHOW(clock_gettime(CLOCK_MONOTONIC, &time));
    SHOW(clock_gettime(99, &time));
    time.tv_nsec = -1;
    SHOW(nanosleep(&time, NULL));
    SHOW(close(open("dated", O_CREAT | O_WRONLY, 0644)));
    SHOW(utimensat(AT_FDCWD, "dated", times, 0));
    SHOW(stat("dated", &status));
    SHOW(status.st_mtime);
    SHOW(unlink("dated"));
    SHOW(isatty(1));
    SHOW(sysconf(_SC_PAGESIZE));
    SHOW(umask(077));
    SHOW(umask(022));
}

static void streams(void) {
    FILE *random = fopen("/dev/urandom", "r"), *nothing = fopen("/dev/null", "w");
    SHOW(fread(buffer, 1, 10, random));
    SHOW(fputs("lost", nothing) >= 0);
    SHOW(fclose(nothing));
    SHOW(read(0, buffer, 1));
    setenv("A", "b", 1);
    puts(getenv("A"));
    time_t year = 86400 * 365;
    struct tm date;
    gmtime_r(&year, &date);
    strftime(buffer, sizeof buffer, "%F %T", &date);
    puts(buffer);
}

static void say_goodbye(void) {
    puts("goodbye");
}

int main(void) {
    atexit(say_goodbye);
    files();
    descriptors();
    locks_and_mappings();
    directories();
    pipes();
    time_and_process();
    streams();
    return 7;
}
