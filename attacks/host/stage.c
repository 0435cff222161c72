#include "stage.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static FILE *results;

void require(bool condition, const char *what) {
    if (condition)
        return;
    fprintf(stderr, "%s: %s\n", host_name, what);
    exit(2);
}

void tell(const struct sighting *sighting) {
    fprintf(results,
            "{\"name\": \"%s\", \"end\": \"%s\", \"armed\": %s, \"serving\": %s, "
            "\"escape\": \"%s\"}\n",
            sighting->name, sighting->end, sighting->armed ? "true" : "false",
            sighting->serving ? "true" : "false", sighting->escape);
    fflush(results);
}

static void stage_in_process(const struct host *host, char **arguments, const char *name) {
    const struct rlimit patience = {.rlim_cur = PATIENCE, .rlim_max = PATIENCE};
    int status;
    fflush(NULL);
    pid_t child = fork();
    require(child >= 0, "no process");
    if (child == 0) {
        setrlimit(RLIMIT_CPU, &patience);
        alarm(FOR_EVER);
        host->stage(arguments[1], arguments[2], name);
        _exit(0);
    }
    require(waitpid(child, &status, 0) == child, "no process to wait for");
    if (status != 0)
        host->tell_death(name, status);
}

int stage_attacks(const struct host *host, int argc, char **argv) {
    if (argc < 4) {
        fprintf(stderr, "usage: %s SERVICE IMAGE NAME...\n", host_name);
        return 2;
    }
    results = fdopen(fcntl(1, F_DUPFD_CLOEXEC, 100), "w");
    require(results != NULL, "no place for results");
    for (int i = 3; i < argc; i++)
        stage_in_process(host, argv, argv[i]);
    return 0;
}
