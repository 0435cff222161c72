/*
 * An HTTP server for thousands of tenants: `server WAY TENANTS IMAGE` listens on the loopback
 * interface, and says where, until SIGTERM ends it. `GET /N/…` is answered by the code of tenant N,
 * `GET /cpu` by the seconds of processor time that all of it has used. docs/tutorial-workers.md
 * goes through it.
 */
#include "tenants.h"

#include <arpa/inet.h>
#include <microhttpd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { THREADS = 2, MOST_TENANTS = 32000 };

struct server {
    const struct way *way;
    unsigned tenants;
};

_Noreturn void fail(const char *message) {
    fprintf(stderr, "server: %s\n", message);
    exit(1);
}

static enum MHD_Result answer(struct MHD_Connection *connection, unsigned status, const char *text,
                              size_t length) {
    struct MHD_Response *response =
        MHD_create_response_from_buffer(length, (void *)text, MHD_RESPMEM_MUST_COPY);
    if (response == NULL)
        return MHD_NO;
    enum MHD_Result queued = MHD_queue_response(connection, status, response);
    MHD_destroy_response(response);
    return queued;
}

static double cpu_seconds(const struct way *way) {
    struct timespec own;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &own);
    double others = way->cpu_seconds == NULL ? 0 : way->cpu_seconds();
    return (double)own.tv_sec + (double)own.tv_nsec / 1e9 + others;
}

static enum MHD_Result answer_cpu(struct MHD_Connection *connection, const struct way *way) {
    char text[64];
    int length = snprintf(text, sizeof text, "%.6f\n", cpu_seconds(way));
    return answer(connection, MHD_HTTP_OK, text, (size_t)length);
}

static enum MHD_Result on_request(void *context, struct MHD_Connection *connection, const char *url,
                                  const char *method, const char *version, const char *upload,
                                  size_t *upload_size, void **state) {
    const struct server *server = context;
    struct reply reply;
    char *end;
    (void)method, (void)version, (void)upload, (void)upload_size, (void)state;
    if (strcmp(url, "/cpu") == 0)
        return answer_cpu(connection, server->way);
    unsigned long tenant = strtoul(url + 1, &end, 10);
    if (end == url + 1 || *end != '/' || tenant >= server->tenants)
        return answer(connection, MHD_HTTP_NOT_FOUND, "no such tenant\n", 15);
    server->way->ask((unsigned)tenant, url, &reply);
    unsigned status = reply.done ? MHD_HTTP_OK : MHD_HTTP_INTERNAL_SERVER_ERROR;
    return answer(connection, status, reply.text, reply.length);
}

/* Listens until SIGTERM comes. */
static void serve(struct server *server) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    sigset_t end;
    int signal;
    sigemptyset(&end);
    sigaddset(&end, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &end, NULL);
    unsigned flags = MHD_USE_AUTO | MHD_USE_INTERNAL_POLLING_THREAD;
    struct MHD_Daemon *daemon =
        MHD_start_daemon(flags, 0, NULL, NULL, on_request, server, MHD_OPTION_SOCK_ADDR, &address,
                         MHD_OPTION_THREAD_POOL_SIZE, THREADS, MHD_OPTION_END);
    if (daemon == NULL)
        fail("cannot listen");
    printf("listening on %u\n", MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT)->port);
    fflush(stdout);
    sigwait(&end, &signal);
    MHD_stop_daemon(daemon);
}

int main(int argc, char **argv) {
    static const struct way *const ways[] = {&as_functions, &in_sandboxes, &in_fresh_sandboxes,
                                             &in_processes};
    struct server server = {0};
    for (size_t i = 0; argc == 4 && i < sizeof ways / sizeof *ways; i++)
        if (strcmp(argv[1], ways[i]->name) == 0)
            server.way = ways[i];
    if (server.way == NULL)
        fail("usage: server function|sandbox|fresh|process TENANTS IMAGE");
    server.tenants = (unsigned)strtoul(argv[2], NULL, 10);
    if (server.tenants == 0 || server.tenants > MOST_TENANTS)
        fail("there are 1 to 32000 tenants");
    server.way->start(server.tenants, argv[3]);
    serve(&server);
    server.way->stop();
    return 0;
}
