/*
 * tmebox.h - run programs in sandboxes inside this process.
 *
 * A sandbox owns one window: the 4 GiB of virtual addresses of its KeyID. Its code was compiled so
 * that it can reach nothing else (docs/abi.md); this library loads such code, gives it memory,
 * arguments and host calls, and turns whatever goes wrong inside into a value. The host process is
 * never harmed by what a sandbox does.
 *
 *     tbx_error error;
 *     tbx_image *image = tbx_image_open("program.tbx", &error);
 *     tbx_config *config = tbx_config_new();
 *     tbx_config_grant(config, TBX_GRANT_STDIO | TBX_GRANT_CLOCK);
 *     tbx_sandbox *sandbox = tbx_sandbox_new(image, config, &error);
 *     tbx_outcome outcome;
 *     tbx_sandbox_run(sandbox, argc, argv, &outcome);
 *
 * Threads: any number of threads may run different sandboxes at once; one sandbox is used by one
 * thread at a time. What a sandbox asks the host for takes up to 32 KiB of the thread's own stack.
 * Images may be shared freely. The library installs handlers for SIGSEGV, SIGBUS, SIGILL, SIGFPE,
 * SIGTRAP and SIGURG at the first run and passes on whatever is not its own. Handlers of the host
 * for other signals must be installed with SA_ONSTACK, as they may arrive while sandboxed code
 * runs, and return. A thread without an alternate stack, or with one that has no 4 KiB beside what
 * the kernel needs, gets one at its first run; it keeps that, and the process these handlers, as
 * long as sandboxes are used there.
 */
#ifndef TMEBOX_H
#define TMEBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#pragma GCC visibility push(default)

/* The contract between image, guest library and this library; an image made for another version is
 * refused. */
#define TBX_ABI_VERSION 1

/* --- Objects and errors --- */

typedef struct tbx_image tbx_image;
typedef struct tbx_config tbx_config;
typedef struct tbx_template tbx_template;
typedef struct tbx_sandbox tbx_sandbox;
typedef struct tbx_region tbx_region;

/* What a failed call was refused for, in words for people. Functions leave it alone when they
 * succeed. */
typedef struct tbx_error {
    char message[256];
} tbx_error;

typedef enum tbx_isolation {
    TBX_ISOLATE_DATA,      /* loads, stores and memory routines are confined */
    TBX_ISOLATE_CODE_DATA, /* control flow as well */
} tbx_isolation;

/* --- Backends --- */

/* What stands behind the memory of sandboxes. */
typedef enum tbx_backend {
    /* Private memory of each window. The default; needs nothing of the machine. */
    TBX_BACKEND_PLAIN,
    /* TME-MK as software shows it: memory is encrypted under the KeyID of its window, to the cache
     * line, by page faults. To try what the hardware will do; slower, and not a protection. */
    TBX_BACKEND_EMULATED,
    /* TME-MK of the CPU, through the kernel module of runtime/kernel. */
    TBX_BACKEND_DEVICE,
} tbx_backend;

/* All zeros is the default. */
typedef struct tbx_backend_options {
    /* Emulated: how many KeyIDs the hardware has. Sandboxes above that number take turns. 0: as
     * many as there can be sandboxes. */
    uint32_t key_ids;
    /* Emulated: each cache line has an owner, and an access through another key is a fault, as on
     * hardware that keeps a code of each line. */
    bool integrity;
} tbx_backend_options;

/* Chooses the backend of this process, once, before its first sandbox. `options` may be null. False
 * and the reason when the machine lacks what it needs: nothing is chosen then. */
bool tbx_backend_start(tbx_backend backend, const tbx_backend_options *options, tbx_error *error);

/* The one that sandboxes have: plain unless another was started. */
tbx_backend tbx_backend_started(void);

/* --- Images --- */

/* SHA-256 over all that is mapped of an image and all that decides how; `tme-box verify --digest`
 * verifies an image and prints it. */
typedef struct tbx_digest {
    unsigned char bytes[32];
} tbx_digest;

/* What makes a host believe that an image was verified. docs/decisions/0008 weighs them. */
typedef enum tbx_trust {
    /* The image says so itself, in a verdict that fits its bytes. Sound against mistakes and
     * against changes after the verdict, not against a supplier who writes a verdict of his own. */
    TBX_TRUST_VERDICT,
    /* The host names the images that it takes: for images of strangers, once the host itself has
     * run `tme-box verify --digest` on them. */
    TBX_TRUST_DIGESTS,
    /* Nothing does. Code that was not verified may reach anything in this process. */
    TBX_TRUST_UNVERIFIED,
} tbx_trust;

/* What a host asks of images; all zeros is the default. Its pointers are used during calls only. */
typedef struct tbx_image_policy {
    tbx_trust trust;
    tbx_isolation least;       /* weaker images are refused */
    const tbx_digest *digests; /* for TBX_TRUST_DIGESTS */
    size_t digest_count;
} tbx_image_policy;

/*
 * Checks an ELF image of `size` bytes and copies it; the caller keeps `bytes`. The bytes may be
 * hostile. Null and a message in `error` when anything about it is not exactly as docs/abi.md says,
 * or when `policy` (null: the default) does not take it.
 */
tbx_image *tbx_image_load_with(const void *bytes, size_t size, const tbx_image_policy *policy,
                               tbx_error *error);

/* Loads a file as tbx_image_load_with does bytes: an image, or a program linked by tbx-cc, which
 * holds one. Null and a message also when the file cannot be read. */
tbx_image *tbx_image_open_with(const char *path, const tbx_image_policy *policy, tbx_error *error);

/* Loads an image from memory or from a file by the default policy: it must carry a verdict. Null
 * and a message as above. */
tbx_image *tbx_image_load(const void *bytes, size_t size, tbx_error *error);
tbx_image *tbx_image_open(const char *path, tbx_error *error);

/* Whether the image carries a verdict that fits its bytes, whatever it was loaded by. */
bool tbx_image_is_verified(const tbx_image *image);

/* The digest of the image, as `tme-box verify --digest` prints it. */
tbx_digest tbx_image_digest(const tbx_image *image);

/* Reads 64 hexadecimal digits in lower case; false for anything else. */
bool tbx_digest_parse(const char *text, tbx_digest *digest);

/* Writes the digest as 64 digits and a NUL. */
void tbx_digest_format(const tbx_digest *digest, char text[65]);

/* Gives up the caller's reference. Sandboxes made from the image stay usable. */
void tbx_image_release(tbx_image *image);

/* What the image's code was confined by; not more than its notes claim. */
tbx_isolation tbx_image_isolation(const tbx_image *image);

/* The options that were linked in beside the image: NUL-terminated strings, the last one empty.
 * Never null. */
const char *tbx_image_options(const tbx_image *image);

/* --- What a sandbox is given --- */

enum {
    TBX_GRANT_STDIO = 1 << 0, /* descriptors 0, 1 and 2 of this process */
    TBX_GRANT_CLOCK = 1 << 1, /* wall-clock, monotonic and CPU time */
};

/* A description of what a sandbox may use. Starts with nothing granted and the default limits. Null
 * when memory is out. What is made from it keeps a copy. */
tbx_config *tbx_config_new(void);
void tbx_config_free(tbx_config *config);

/* Replaces the granted set by the bits of TBX_GRANT_*. */
void tbx_config_grant(tbx_config *config, unsigned grants);

/*
 * Shows the directory `host_path` of the host as `guest_path`, absolute, to the sandbox. Symbolic
 * links and `..` never lead out of it. Later directories hide earlier ones where they overlap, by
 * that name: links and other names of the host's own may lead to what is hidden.
 * Strings are copied. False and a message when `guest_path` is not absolute or too long, there are
 * 32 directories already, or memory is out. The directory is opened when a sandbox or a template is
 * made, whose copies have the same one. Do not grant by a path through a directory that a sandbox
 * may write to: it can rename what the next one is given.
 */
bool tbx_config_add_directory(tbx_config *config, const char *host_path, const char *guest_path,
                              bool writable, tbx_error *error);

/* The working directory that the program starts in: an absolute guest path; "/" when never set.
 * False and a message when it is not absolute or too long, or memory is out. */
bool tbx_config_set_working_directory(tbx_config *config, const char *guest_path, tbx_error *error);

/* Adds `NAME=VALUE` to the environment. False and a message when it is not that, there are 4096
 * already, or memory is out. */
bool tbx_config_add_environment(tbx_config *config, const char *assignment, tbx_error *error);

/* Limits of memory, in bytes; rounded up to pages. Heap: what brk and mmap may hold together, 1 GiB
 * unless set; the two stacks have 64 MiB unless set, and 64 KiB at least. False and a message when
 * no window has room for so much, and the limit is as it was. */
bool tbx_config_set_heap(tbx_config *config, uint64_t bytes, tbx_error *error);
bool tbx_config_set_stack(tbx_config *config, uint64_t bytes, tbx_error *error);
bool tbx_config_set_native_stack(tbx_config *config, uint64_t bytes, tbx_error *error);

/* Time that one run or call may take, in nanoseconds; 0, the default: without limit. Wall-clock
 * time goes on while a host call waits; processor time is that of the thread. A call into another
 * sandbox that a function of the host makes for it ends with it, and so does that sandbox. */
void tbx_config_set_timeout(tbx_config *config, uint64_t nanoseconds);
void tbx_config_set_cpu_time(tbx_config *config, uint64_t nanoseconds);

/*
 * The system calls that sandboxes may make: their names, separated by blanks, such as "read write
 * brk mmap munmap". All others fail inside with ENOSYS, whatever was granted. `exit` and
 * `exit_group` are always allowed, as is what is no system call: setjmp, longjmp, and functions of
 * the host, which are a list of their own (tbx_config_add_function). A later call replaces the
 * list; without one all that are implemented may be made. False and a message for a name that is
 * not implemented: the list is as it was.
 */
bool tbx_config_allow_calls(tbx_config *config, const char *names, tbx_error *error);

/*
 * Whether sandboxes may see what the host's code left in vector, mask and MMX registers, for calls
 * that are a few nanoseconds faster. They may not by default: a key that the host has just used may
 * still be in one. General-purpose registers are always cleared.
 */
void tbx_config_keep_registers(tbx_config *config, bool keep);

/* How many calls into sandboxes may be around another one, on one thread. Each has a native stack
 * of its own. */
enum { TBX_MOST_NESTED_CALLS = 64 };

/*
 * A function of the host that libraries may import by `name` (docs/abi.md). It gets the sandbox
 * that calls, up to six arguments, which are hostile, and `context`, and its result goes back. It
 * runs on the calling thread and may call into sandboxes, also into this one, as long as no more
 * than TBX_MOST_NESTED_CALLS calls are around it. It has to return: no exception, longjmp or end of
 * its thread may leave it. The name is copied. False and a message when memory is out. A library
 * that imports a name which was not added cannot be started.
 */
typedef uint64_t tbx_host_function(tbx_sandbox *sandbox, const uint64_t arguments[6],
                                   void *context);
bool tbx_config_add_function(tbx_config *config, const char *name, tbx_host_function *function,
                             void *context, tbx_error *error);

/* --- Sandboxes --- */

/*
 * Reserves a window, loads the image into it and opens what `config` grants. Copies what it needs
 * of `config` and takes a reference to `image`. Null and a message when the system refuses.
 */
tbx_sandbox *tbx_sandbox_new(tbx_image *image, const tbx_config *config, tbx_error *error);

/*
 * Unmaps the window and closes everything the sandbox had open. In a function of the host that the
 * sandbox has called: no call into it begins any more, and that happens when the outermost one
 * ends. While another thread is inside, the process ends.
 */
void tbx_sandbox_free(tbx_sandbox *sandbox);

/* The KeyID of the sandbox, and where its data and its code stand in this process. */
uint32_t tbx_sandbox_key(const tbx_sandbox *sandbox);
uintptr_t tbx_sandbox_window_base(const tbx_sandbox *sandbox);
uintptr_t tbx_sandbox_code_window_base(const tbx_sandbox *sandbox);

typedef enum tbx_fault_kind {
    TBX_FAULT_NULL,         /* access to the first 64 KiB */
    TBX_FAULT_UNMAPPED,     /* wild pointer */
    TBX_FAULT_READ_ONLY,    /* write to a constant */
    TBX_FAULT_STACK,        /* the data stack overflowed */
    TBX_FAULT_NATIVE_STACK, /* the native stack overflowed: endless recursion */
    TBX_FAULT_NOT_CODE,     /* jump to an address that is not code, or through a corrupted function
                               pointer */
    TBX_FAULT_TRAP,         /* trap or invalid instruction: abort, unreachable code, failed check */
    TBX_FAULT_ARITHMETIC,   /* division by zero or overflow, unmasked floating-point exception */
    TBX_FAULT_PROTECTION,   /* misaligned vector access and the like */
    TBX_FAULT_JUMP_BUFFER,  /* longjmp to a forged or dead jmp_buf */
    TBX_FAULT_OUTSIDE_WINDOW, /* access outside every window: confinement was broken */
    TBX_FAULT_FOREIGN_LINE,   /* access to a cache line of another key, with integrity */
} tbx_fault_kind;

typedef enum tbx_access {
    TBX_ACCESS_NONE,
    TBX_ACCESS_READ,
    TBX_ACCESS_WRITE,
    TBX_ACCESS_EXECUTE
} tbx_access;

/* How many callers a fault names. */
#define TBX_TRACE_MAX 16

typedef struct tbx_fault {
    tbx_fault_kind kind;
    tbx_access access;
    int signal;                    /* the signal that reported it; 0 for TBX_FAULT_JUMP_BUFFER */
    uint64_t offset;               /* what was accessed: an offset in the window; an address for
                                      TBX_FAULT_OUTSIDE_WINDOW */
    uint64_t code_offset;          /* the instruction: an offset in the code window */
    char symbol[64];               /* the function, if the image has symbols, else "" */
    uint64_t symbol_offset;        /* of the instruction from the start of that function */
    uint64_t trace[TBX_TRACE_MAX]; /* where the callers go on, innermost first: offsets in the code
                                      window, as far as the stack shows them */
    uint32_t trace_count;
} tbx_fault;

typedef enum tbx_outcome_kind {
    TBX_EXITED, /* the program, or the library, called exit */
    TBX_FAULTED,
    TBX_TIMED_OUT,   /* a limit of wall-clock or processor time */
    TBX_NOT_STARTED, /* nothing ran: `error` says why */
    TBX_RETURNED,    /* a call returned */
    TBX_BUSY,        /* nothing ran: another thread is inside the sandbox */
} tbx_outcome_kind;

typedef struct tbx_outcome {
    tbx_outcome_kind kind;
    int status;      /* TBX_EXITED: what the program passed to exit, 0 to 255 */
    tbx_fault fault; /* TBX_FAULTED */
    tbx_error error; /* TBX_NOT_STARTED */
} tbx_outcome;

/*
 * Runs the program from its entry to its end on the calling thread. A sandbox runs one program
 * once: make a new one to run again. The outcome is TBX_EXITED when the program came to its end,
 * TBX_FAULTED or TBX_TIMED_OUT when it was stopped, TBX_BUSY when another thread is inside, and
 * TBX_NOT_STARTED, with a message, when it ran before or the system has no memory, stack or timer
 * for it.
 */
void tbx_sandbox_run(tbx_sandbox *sandbox, int argc, const char *const *argv, tbx_outcome *outcome);

/* --- Libraries --- */

/*
 * Starts the image as a library, once: runs its constructors in a sandbox with what `config`
 * grants, and keeps that sandbox's memory as the beginning of every copy. Copies what it needs of
 * `config` and takes a reference to `image`. Null and a message when the image is a program,
 * imports a function that `config` does not have, or its constructors fail; files that they opened
 * are closed.
 */
tbx_template *tbx_template_new(tbx_image *image, const tbx_config *config, tbx_error *error);

/* Gives up the caller's reference. Sandboxes made from the template stay usable. */
void tbx_template_release(tbx_template *from);

/* A function that can be called, as tbx_template_function gave it: the same in all copies. A call
 * of anything else, such as a number from a sandbox, is not started. */
typedef uint32_t tbx_function;

/* The function that the library exports as `name`; 0 when it does not. */
tbx_function tbx_template_function(const tbx_template *from, const char *name);

/* A new sandbox that is as the template was after its start. Any thread may make one. Null and a
 * message when the system refuses: no addresses, mappings or memory are left. */
tbx_sandbox *tbx_template_copy(tbx_template *from, tbx_error *error);

/* Makes a copy of a template what it was at first, whatever has happened in it. False and a message
 * when a call is inside, or the sandbox is not a copy; also when the system refuses: then no call
 * into it begins until a reset succeeds. */
bool tbx_sandbox_reset(tbx_sandbox *sandbox, tbx_error *error);

/*
 * The arguments of a call as the System V ABI passes them in registers: integers and pointers in
 * their order, and doubles in theirs. Functions with more, or with arguments of other kinds, cannot
 * be called. What is not used may hold anything: the function sees it.
 */
typedef struct tbx_arguments {
    uint32_t real_count; /* 0: `reals` is not looked at */
    uint64_t integers[6];
    double reals[8];
} tbx_arguments;

/* What a function returned, as its type says: the other one means nothing. */
typedef struct tbx_result {
    uint64_t integer;
    double real;
} tbx_result;

/*
 * Calls a function of the library on the calling thread. True when it returned; `result` may be
 * null. Otherwise `outcome` says why not, and after a fault, an exit or a time limit the sandbox
 * can only be reset or freed. The signals that the library handles are let through on this thread
 * from its first call on, and must stay so.
 */
bool tbx_sandbox_call(tbx_sandbox *sandbox, tbx_function function, const tbx_arguments *arguments,
                      tbx_result *result, tbx_outcome *outcome);

/* --- What happened --- */

typedef struct tbx_statistics {
    uint64_t calls, host_calls; /* since the sandbox was made */
    uint64_t refused_calls;     /* of host_calls: those that do not exist or are not allowed */
    uint64_t ends, resets;      /* calls and runs that ended the sandbox, and what came after */
    uint64_t heap_bytes;        /* of brk and mmap together */
    uint64_t heap_limit;
    uint64_t region_bytes; /* of the host's regions that it has */
} tbx_statistics;

/* What has happened in a sandbox, and what it has. Not while another thread is inside. */
void tbx_sandbox_statistics(const tbx_sandbox *sandbox, tbx_statistics *statistics);

/*
 * One line for people about how a run ended, without newline, such as
 * `sandbox KeyID 1: write to unmapped offset 0x0 at offset 0x10001234 (main+0x12)`. Returns what
 * snprintf returns.
 */
int tbx_outcome_describe(const tbx_sandbox *sandbox, const tbx_outcome *outcome, char *buffer,
                         size_t size);

/* A stable name for programs: "null", "unmapped", "read-only", "stack", "native-stack", "not-code",
 * ... */
const char *tbx_fault_kind_name(tbx_fault_kind kind);

/* Writes the name of the function that holds the offset `code_offset`, printable and without
 * quotes, and its distance from the function's start. False when the image has no such symbol. */
bool tbx_image_symbol_at(const tbx_image *image, uint64_t code_offset, char *name, size_t size,
                         uint64_t *distance);

#pragma GCC visibility pop

#ifdef __cplusplus
}
#endif

#include "tmebox-memory.h"

#endif
