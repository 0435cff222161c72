/* What the hosts share: a process for each attack, and a line of JSON about what came of it. */
#ifndef STAGE_H
#define STAGE_H

#include <stdbool.h>

#ifdef CONTROL
enum { IS_CONTROL = 1 };
#else
enum { IS_CONTROL = 0 };
#endif

/* An attack may use two seconds of the processor, however busy that is with other things, and may
 * wait for ten. A host that uses more than 30, or does not end, has stopped serving. */
enum { SECONDS = 2, WAITING = 10, PATIENCE = 30, FOR_EVER = 120, NANOSECONDS = 1000000000 };

/* What messages begin with; each host defines it. */
extern const char host_name[];

/* Ends the process when the harness itself cannot go on. */
void require(bool condition, const char *what);

/* What a host saw of an attack, as driver/stage.ts reads it. */
struct sighting {
    const char *name;
    const char *end;
    bool armed, serving;
    const char *escape; /* empty: nothing was reached */
};
void tell(const struct sighting *sighting);

struct host {
    /* Tries an attack, in a process of its own, and tells. */
    void (*stage)(const char *service, const char *image, const char *attack);
    /* Tells when that process did not come to its end; `status` is waitpid's. */
    void (*tell_death)(const char *attack, int status);
};

/* The main of a host: `HOST SERVICE IMAGE NAME…`, in the current directory, where each run makes a
 * folder. */
int stage_attacks(const struct host *host, int argc, char **argv);

#endif
