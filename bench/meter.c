/*
 * meter CPU INPUT OUTPUT PROGRAM [ARGUMENTS]: runs PROGRAM on one core with files for standard
 * input and output and prints `STATUS USER SYSTEM WALL PEAK` (seconds, and KiB of memory) of it.
 * What it runs is trusted: it is our own benchmark.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double seconds(struct timeval t) {
    return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void redirect(const char *path, int flags, int as) {
    int fd = open(path, flags, 0644);
    if (fd < 0 || dup2(fd, as) < 0) {
        perror(path);
        _exit(127);
    }
}

static void run(char **argv) {
    cpu_set_t core;
    CPU_ZERO(&core);
    CPU_SET(atoi(argv[1]), &core);
    /* Not fatal: on a machine with fewer cores the figures are only noisier. */
    (void)sched_setaffinity(0, sizeof core, &core);
    redirect(argv[2], O_RDONLY, STDIN_FILENO);
    redirect(argv[3], O_WRONLY | O_CREAT | O_TRUNC, STDOUT_FILENO);
    execvp(argv[4], argv + 4);
    perror(argv[4]);
    _exit(127);
}

int main(int argc, char **argv) {
    if (argc < 5) {
        fprintf(stderr, "usage: meter CPU INPUT OUTPUT PROGRAM [ARGUMENTS]\n");
        return 2;
    }
    double begun = now();
    pid_t child = fork();
    if (child < 0) {
        perror("fork");
        return 1;
    }
    if (child == 0)
        run(argv);
    int status;
    struct rusage use;
    if (wait4(child, &status, 0, &use) < 0) {
        perror("wait4");
        return 1;
    }
    int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    printf("%d %f %f %f %ld\n", code, seconds(use.ru_utime), seconds(use.ru_stime), now() - begun,
           use.ru_maxrss);
    return 0;
}
