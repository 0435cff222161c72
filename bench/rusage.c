/* rusage PROGRAM ARGUMENT...: runs a program and prints what it took on standard output: exit
 * status (128 + n for signal n), user, system and wall seconds, and the peak of its resident memory
 * in bytes. Its own output goes nowhere. Nothing here is hostile: the caller names the program. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double seconds(struct timeval time) {
    return (double)time.tv_sec + 1e-6 * (double)time.tv_usec;
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

/* Never returns. The child's standard output is dropped, so that this program's own is all that
 * there is. */
static void become(char **words) {
    int null = open("/dev/null", O_WRONLY);
    if (null < 0 || dup2(null, STDOUT_FILENO) < 0)
        _exit(126);
    execvp(words[0], words);
    perror(words[0]);
    _exit(127);
}

int main(int count, char **words) {
    if (count < 2)
        return 2;
    double start = now();
    pid_t child = fork();
    if (child < 0)
        return 1;
    if (child == 0)
        become(words + 1);
    int status;
    struct rusage usage;
    if (wait4(child, &status, 0, &usage) < 0)
        return 1;
    double wall = now() - start;
    int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    printf("%d %.6f %.6f %.6f %ld\n", code, seconds(usage.ru_utime), seconds(usage.ru_stime), wall,
           usage.ru_maxrss * 1024);
    return 0;
}
