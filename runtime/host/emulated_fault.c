/* Emulated TME-MK: what a fault in a window means, and the flip of a page from key to key. */
#include "emulated.h"

#include "window.h"

#include <errno.h>
#include <linux/userfaultfd.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

enum { GENERAL_REGISTERS = REG_RIP + 1 }; /* the first of gregs are r8 to rip */

/* Instructions that need one page through two keys at once can never go on: each flip takes away
 * what the one before gave. */
enum { MOST_TURNS = 32 };

struct last_fault {
    greg_t registers[GENERAL_REGISTERS];
    uint64_t address;
    unsigned turns;
};

static _Thread_local struct last_fault last_fault __attribute__((tls_model("initial-exec")));

/* Whether this is such an instruction. Had it made any progress, a register would be another one;
 * with the same registers it accesses the same addresses, so if they take turns it needs both. */
static bool takes_turns(const ucontext_t *context, uint64_t address) {
    struct last_fault *last = &last_fault;
    const greg_t *registers = context->uc_mcontext.gregs;
    bool same = memcmp(last->registers, registers, sizeof last->registers) == 0;
    if (!same) {
        memcpy(last->registers, registers, sizeof last->registers);
        last->turns = 0;
    } else if ((uint32_t)address / TBX_PAGE_SIZE == (uint32_t)last->address / TBX_PAGE_SIZE &&
               address >> 32 != last->address >> 32) {
        last->turns++;
    }
    last->address = address;
    return last->turns > MOST_TURNS;
}

static void tell_about_turns(void) {
    static const char text[] = "tme-box: an instruction of the host uses one page through two "
                               "KeyIDs at once, which cannot be emulated: copy in two steps\n";
    ssize_t written = write(STDERR_FILENO, text, sizeof text - 1);
    (void)written;
}

void tbx_emulated_hide(uint32_t key, uint32_t offset, uint64_t size) {
    madvise(tbx_emulated_base(key) + offset, size, MADV_DONTNEED);
}

void tbx_emulated_flip(uint32_t page, uint32_t key) {
    struct tbx_emulation *emulation = &tbx_emulation;
    uint32_t old = emulation->visible[page], offset = TBX_POOLS_START + page * TBX_PAGE_SIZE;
    if (old == key)
        return;
    unsigned char *lines = emulation->pools + (size_t)page * TBX_PAGE_SIZE;
    uint64_t first = offset / TBX_LINE_SIZE;
    if (old != 0) /* first: another thread may be using the page there */
        tbx_emulated_hide(old, offset, TBX_PAGE_SIZE);
    tbx_lines_encrypt(&emulation->keys[old], lines, first, TBX_PAGE_LINES);
    tbx_lines_decrypt(&emulation->keys[key], lines, first, TBX_PAGE_LINES);
    emulation->visible[page] = (uint16_t)key;
    emulation->flips++;
}

/* A free KeyID of the hardware, or one that is taken from another key, in turn. */
static uint32_t take_key_id(void) {
    struct tbx_emulation *emulation = &tbx_emulation;
    for (uint32_t id = 1; id <= emulation->key_ids; id++)
        if (emulation->holders[id] == 0)
            return id;
    uint32_t id = 1 + emulation->next_victim;
    emulation->next_victim = (emulation->next_victim + 1) % emulation->key_ids;
    uint32_t victim = emulation->holders[id];
    emulation->windows[victim].key_id = 0;
    tbx_emulated_hide(victim, 0, TBX_WINDOW_SIZE);
    return id;
}

/* Makes sure that the hardware knows the key. */
static void program(uint32_t key) {
    struct tbx_emulation *emulation = &tbx_emulation;
    struct tbx_emulated_window *window = &emulation->windows[key];
    if (emulation->key_ids == 0 || window->key_id != 0)
        return;
    uint32_t id = take_key_id();
    emulation->holders[id] = (uint16_t)key;
    window->key_id = (uint16_t)id;
    emulation->programmings++;
}

/* Puts the page into the page table, fresh if it was never used. */
static bool map_page(uint64_t address) {
    const struct tbx_emulation *emulation = &tbx_emulation;
    uint64_t page = address & ~(uint64_t)(TBX_PAGE_SIZE - 1);
    struct uffdio_continue used = {.range = {.start = page, .len = TBX_PAGE_SIZE}};
    struct uffdio_zeropage fresh = {.range = {.start = page, .len = TBX_PAGE_SIZE}};
    if (ioctl(emulation->faults, UFFDIO_CONTINUE, &used) == 0)
        return true;
    if (errno == EFAULT && ioctl(emulation->faults, UFFDIO_ZEROPAGE, &fresh) == 0)
        return true;
    return errno == EEXIST || errno == EAGAIN; /* it will fault again if it must */
}

/* With the lock. */
static enum tbx_fault_answer show_page(uint64_t address, ucontext_t *context) {
    const struct tbx_emulation *emulation = &tbx_emulation;
    uint32_t key = (uint32_t)(address >> 32), offset = (uint32_t)address;
    if (!emulation->windows[key].is_attached)
        return TBX_FAULT_OTHER;
    program(key);
    if (offset < TBX_POOLS_START || offset >= TBX_POOLS_END)
        return map_page(address) ? TBX_FAULT_RESOLVED : TBX_FAULT_OTHER;
    if (takes_turns(context, address)) {
        tell_about_turns();
        return TBX_FAULT_OTHER;
    }
    uint32_t page = (offset - TBX_POOLS_START) / TBX_PAGE_SIZE;
    if (!tbx_owners_agree(page, key) &&
        (!tbx_owns_line(key, offset - TBX_POOLS_START) || !tbx_step_begin(key, page, context)))
        return TBX_FAULT_FOREIGN;
    tbx_emulated_flip(page, key);
    return map_page(address) ? TBX_FAULT_RESOLVED : TBX_FAULT_OTHER;
}

/* What the fault at an address is, if it is one of the userfaultfd. The lock stays with an
 * instruction that is let through alone. */
static enum tbx_fault_answer answer_page(uint64_t address, ucontext_t *context) {
    if (address >> 32 == 0 || address >> 32 > TBX_LAST_KEY)
        return TBX_FAULT_OTHER;
    if (!tbx_step_is_on())
        tbx_emulation_lock();
    enum tbx_fault_answer answer = show_page(address, context);
    if (!tbx_step_is_on())
        tbx_emulation_unlock();
    return answer;
}

static enum tbx_fault_answer answer_fault(int signal, const siginfo_t *info, ucontext_t *context,
                                          uint64_t *address) {
    enum tbx_fault_answer answer = TBX_FAULT_OTHER;
    if (tbx_step_is_on() && signal == SIGTRAP && info->si_code == TRAP_TRACE)
        return tbx_step_end(context, address) ? TBX_FAULT_RESOLVED : TBX_FAULT_FOREIGN;
    if (signal == SIGBUS && info->si_code == BUS_ADRERR)
        answer = answer_page(*address, context);
    if (answer != TBX_FAULT_RESOLVED && tbx_step_is_on())
        tbx_step_end(context, &(uint64_t){0});
    return answer;
}

enum tbx_fault_answer tbx_emulated_fault(int signal, const siginfo_t *info, ucontext_t *context,
                                         uint64_t *address) {
    int before = errno; /* of the interrupted code */
    enum tbx_fault_answer answer = answer_fault(signal, info, context, address);
    errno = before;
    return answer;
}

/* Whether all lines between two offsets of the window that are of pools are the key's. */
static bool owns_lines(uint32_t key, uint64_t start, uint64_t end) {
    uint64_t first = start > TBX_POOLS_START ? start - TBX_POOLS_START : 0;
    uint64_t last = (end < TBX_POOLS_END ? end : TBX_POOLS_END) - TBX_POOLS_START;
    for (uint64_t at = first & ~(uint64_t)(TBX_LINE_SIZE - 1); at < last; at += TBX_LINE_SIZE)
        if (!tbx_owns_line(key, (uint32_t)at))
            return false;
    return true;
}

void tbx_emulated_let_faults_through(void) {
    static _Thread_local bool done __attribute__((tls_model("initial-exec")));
    sigset_t ours;
    sigemptyset(&ours);
    sigaddset(&ours, SIGBUS);
    sigaddset(&ours, SIGTRAP);
    if (!done)
        pthread_sigmask(SIG_UNBLOCK, &ours, NULL);
    done = true;
}

bool tbx_emulated_show(const struct tbx_window *window, uint32_t offset, uint64_t length) {
    uint64_t end = offset + length;
    tbx_emulated_let_faults_through();
    if (offset < TBX_POOLS_END && end > TBX_POOLS_START && !owns_lines(window->key, offset, end))
        return false;
    for (uint64_t at = offset; at < end; at = (at & ~(uint64_t)(TBX_PAGE_SIZE - 1)) + TBX_PAGE_SIZE)
        (void)*(const volatile unsigned char *)(window->base + at);
    return true;
}
