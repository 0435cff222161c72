// A host with threads.
#include "../library.h"

#ifdef GUEST

#include <setjmp.h>

static volatile long inside;

/* Says that it is inside, and waits for the host; meanwhile others try to come in. */
static long stay(long unused) {
    (void)unused;
    armed();
    inside = 1;
    long result = act(0, 0);
    inside = 0;
    return result;
}
EXPORT(stay)

/* Runs only if somebody came in while another thread was inside: then the two share a stack. */
static long enter(void) {
    return inside != 0 ? 99 : 0;
}
EXPORT(enter)

static long fault_at(uintptr_t address) {
    armed();
    *(volatile char *)address = 1;
    return 0;
}
EXPORT(fault_at)

static long sum_up(const volatile unsigned char *bytes, long size) {
    long sum = 0;
    for (long round = 0; round < 100; round++)
        for (long i = 0; i < size; i++)
            sum = sum * 31 + bytes[i];
    return sum;
}
EXPORT(sum_up)

#else

#include <pthread.h>

static uint64_t came_in;

static void *come_in(void *unused) {
    if (!ask(attacker(), "enter", 0, 0, 0, &came_in))
        came_in = 0;
    return unused;
}

static uint64_t let_another_in(struct box *box, uint64_t a, uint64_t b) {
    pthread_t thread;
    (void)box, (void)a, (void)b;
    if (pthread_create(&thread, NULL, come_in, NULL) == 0)
        pthread_join(thread, NULL);
    return came_in;
}

// A second thread in a sandbox that one is in: both would use one data stack.
ATTACK(two_threads_in_one, "held") {
    host_act = let_another_in;
    if (call(attacker(), "stay", 0, 0, 0) == 99)
        show((const void *)host_secret(), SECRET_SIZE);
}

enum { ROUNDS = 300 };
static volatile bool is_over;
static volatile unsigned right, wrong;
static uint64_t place, expected;

static void *work_beside(void *unused) {
    uint64_t sum;
    while (!is_over) {
        if (ask(neighbour(), "sum_up", place, SECRET_PAGE, 0, &sum) && sum == expected)
            right++;
        else
            wrong++;
    }
    return unused;
}

// Faults by the hundred in one sandbox, while another thread works in another one: each signal has
// to end the run that it is of, and none may take the other thread's window or stack.
ATTACK(faults_beside_another_thread, "unmapped|null",
       "no control: the first one ends the control") {
    pthread_t thread;
    place = allocate(neighbour(), SECRET_PAGE);
    if (!ask(neighbour(), "sum_up", place, SECRET_PAGE, 0, &expected) ||
        pthread_create(&thread, NULL, work_beside, NULL) != 0)
        return;
    for (int i = 0; i < ROUNDS || right == 0; i++) {
        call(attacker(), "fault_at", (uint64_t)i * 0x1000000, 0, 0);
        reset(attacker());
    }
    is_over = true;
    pthread_join(thread, NULL);
    if (wrong != 0 || right == 0)
        show((const void *)host_secret(), SECRET_SIZE);
}

#endif
