/*
 * A host of hostile libraries: `library-host SERVICE IMAGE NAME…` prints a line of JSON for each
 * attack, as attack-host does for programs.
 *
 * Each attack gets a process of its own with two copies of one template, side by side: the attacker
 * and a neighbour with a secret. What the attack's own host does is in its file (../library.h).
 */
#include "boxes.h"
#include "secrets.h"
#include "stage.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST_SECRETS = 4 };

const char host_name[] = "library-host";
const struct attack *attacks;

static struct secret secrets[MOST_SECRETS];
static bool is_constant[MOST_SECRETS];
static unsigned secret_count;
static int shown;

void show(const void *bytes, size_t size) {
    require(write(shown, bytes, size) == (ssize_t)size, "no place to write");
}

void plant(const char *name, unsigned char *page) {
    require(secret_count < MOST_SECRETS && page != NULL, "no place for a secret");
    secret_plant(&secrets[secret_count++], name, page);
}

void plant_constant(const char *name, unsigned char *page) {
    plant(name, page);
    is_constant[secret_count - 1] = true;
}

uintptr_t host_secret(void) {
    return (uintptr_t)secrets[0].page;
}

uintptr_t neighbour_secret(void) {
    return (uintptr_t)secrets[1].page;
}

void (*host_configure)(tbx_config *config);
uint64_t (*host_act)(struct box *box, uint64_t a, uint64_t b);

static struct box boxes[2];

struct box *attacker(void) {
    return &boxes[0];
}

struct box *neighbour(void) {
    return &boxes[1];
}

tbx_sandbox *sandbox_of(struct box *box) {
    return box->sandbox;
}

static void set_up(const char *image) {
    static struct folders folders;
    int secret_file = folders_make(&folders);
    require(secret_file >= 0, "folders");
    close(secret_file);
    shown = open("out", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    require(shown >= 0, "a file");
    load(image);
    make(attacker());
    make(neighbour());
    plant_constant("host", secret_host_page());
    uint64_t place = allocate(neighbour(), SECRET_SIZE + PAGE);
    plant_constant("neighbour", memory(neighbour(), place, PAGE));
}

/* What is in secrets of an attack's own, or whether they are still there, may be its business. */
static void look(char *escape, size_t size) {
    static const struct folders none;
    for (unsigned i = 0; i < secret_count; i++) {
        const struct secret *secret = &secrets[i];
        bool changed = is_constant[i] && secret_changed(secret);
        bool read = folders_hold(&none, secret->copy);
        if ((changed || read) && escape[0] == '\0')
            snprintf(escape, size, "%s %s", secret->name, changed ? "changed" : "read");
    }
}

static bool host_serves(void) {
    struct box fresh = {NULL};
    make(&fresh);
    bool serving = serves(neighbour()) && serves(&fresh);
    destroy(&fresh);
    return serving;
}

static void stage(const char *service, const char *image, const char *name) {
    char escape[128] = "";
    (void)service;
    if (IS_CONTROL)
        alarm(WAITING);
    set_up(image);
    find_attack(name)->run();
    look(escape, sizeof escape);
    bool serving = host_serves();
    tell(&(struct sighting){.name = name,
                            .end = end,
                            .armed = file_contains("out", "armed\n", 6),
                            .serving = serving,
                            .escape = escape});
}

/* What a host of a control does not survive counts as reached: its library had the process. One
 * that exits could not try the attack. */
static void tell_death(const char *name, int status) {
    tell(&(struct sighting){.name = name,
                            .end = "host died",
                            .armed = IS_CONTROL && WIFSIGNALED(status),
                            .escape = "the host died"});
}

int main(int argc, char **argv) {
    static const struct host host = {.stage = stage, .tell_death = tell_death};
    for (int i = 3; i < argc; i++)
        require(find_attack(argv[i]) != NULL, argv[i]);
    return stage_attacks(&host, argc, argv);
}
