/* A process a tenant, forked beforehand. Requests and answers are packets of a socket pair. */
#include "tenants.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct worker {
    pthread_mutex_t lock;
    pid_t process;
    int socket;
};

static struct worker *workers;
static unsigned worker_count;

static _Noreturn void serve(int socket) {
    struct exchange *buffers = exchange();
    for (;;) {
        ssize_t length = recv(socket, buffers->request, sizeof buffers->request - 1, 0);
        if (length <= 0)
            _exit(0);
        buffers->request[length] = '\0';
        if (send(socket, buffers->answer, (size_t)handle(), MSG_NOSIGNAL) < 0)
            _exit(1);
    }
}

static void start_worker(struct worker *worker) {
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
        fail("no socket pair: ulimit -n?");
    pid_t process = fork();
    if (process < 0)
        fail("cannot fork");
    if (process == 0) {
        for (struct worker *other = workers; other != worker; other++)
            close(other->socket);
        close(ends[0]);
        serve(ends[1]);
    }
    close(ends[1]);
    *worker = (struct worker){.process = process, .socket = ends[0]};
    pthread_mutex_init(&worker->lock, NULL);
}

static void start(unsigned count, const char *image) {
    (void)image;
    workers = calloc(count, sizeof *workers);
    if (workers == NULL)
        fail("out of memory");
    for (worker_count = 0; worker_count < count; worker_count++)
        start_worker(&workers[worker_count]);
}

static void ask(unsigned tenant, const char *path, struct reply *reply) {
    struct worker *worker = &workers[tenant];
    ssize_t length = -1;
    pthread_mutex_lock(&worker->lock);
    if (send(worker->socket, path, strlen(path), MSG_NOSIGNAL) >= 0)
        length = recv(worker->socket, reply->text, sizeof reply->text, 0);
    pthread_mutex_unlock(&worker->lock);
    reply->done = length > 0;
    reply->length = reply->done ? (size_t)length : 0;
}

static double cpu_seconds(void) {
    double sum = 0;
    for (unsigned i = 0; i < worker_count; i++) {
        clockid_t clock;
        struct timespec time;
        if (clock_getcpuclockid(workers[i].process, &clock) == 0 &&
            clock_gettime(clock, &time) == 0)
            sum += (double)time.tv_sec + (double)time.tv_nsec / 1e9;
    }
    return sum;
}

static void stop(void) {
    for (unsigned i = 0; i < worker_count; i++)
        kill(workers[i].process, SIGKILL);
    for (unsigned i = 0; i < worker_count; i++) {
        waitpid(workers[i].process, NULL, 0);
        close(workers[i].socket);
    }
    free(workers);
}

const struct way in_processes = {
    .name = "process", .start = start, .ask = ask, .cpu_seconds = cpu_seconds, .stop = stop};
