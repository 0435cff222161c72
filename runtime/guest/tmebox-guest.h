/*
 * For libraries that run in a sandbox and are called by a host (tmebox.h): which functions the host
 * may call by name, and which of its functions the library calls. Link with `tbx-cc -ftbx-library`.
 *
 *     long add(long a, long b) { return a + b; }
 *     TBX_EXPORT(add)
 *
 *     TBX_IMPORT(host_log)
 *     void note(const char *text) { TBX_HOST(host_log, text, strlen(text)); }
 */
#ifndef TMEBOX_GUEST_H
#define TMEBOX_GUEST_H

#ifdef __cplusplus
extern "C" {
#endif

/* Entries of two tables that the host reads (docs/abi.md, Libraries). */
struct tbx_export_entry {
    void (*function)(void);
    const char *name;
};
extern const char *const __tbx_imports_start[];

long __tbx_syscall(long number, long a, long b, long c, long d, long e, long f);

/* Lets the host call `name`, a function with up to six integers or pointers and eight doubles. */
#define TBX_EXPORT(name)                                                                           \
    __attribute__((                                                                                \
        used, section(".tbx.exports"))) static const struct tbx_export_entry tbx_export_##name = { \
        (void (*)(void))name, #name};

/* Declares that the host has a function `name`; without it the library cannot be started. */
#define TBX_IMPORT(name)                                                                           \
    __attribute__((used, section(".tbx.imports"))) static const char *const tbx_import_##name =    \
        #name;

/* Calls the import `name` with one to six integers or pointers. The result is a long. */
#define TBX_HOST(name, ...)                                                                        \
    TBX_HOST_CALL(0x20000 + (&tbx_import_##name - __tbx_imports_start), __VA_ARGS__, 0, 0, 0, 0,   \
                  0, 0)
#define TBX_HOST_CALL(number, a, b, c, d, e, f, ...)                                               \
    __tbx_syscall((long)(number), (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), (long)(f))

#ifdef __cplusplus
}
#endif

#endif
