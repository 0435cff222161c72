/* The C part of a program's start. Everything here runs inside the sandbox. */

#include <stdnoreturn.h>

int main(int argc, char **argv, char **envp);
int __libc_start_main(int (*main_function)(int, char **, char **), int argc, char **argv,
                      void (*init)(void), void (*fini)(void), void (*loader_fini)(void));
noreturn void __tbx_start_c(long *startup);

/* Called by _start with the start-up block that the host wrote into the window: argc, the argument
 * pointers, a null pointer, the environment pointers, a null pointer, the auxiliary vector. The
 * sandbox owns it and may change it. */
noreturn void __tbx_start_c(long *startup) {
    int argc = (int)startup[0];
    char **argv = (char **)(startup + 1);

    __libc_start_main(main, argc, argv, 0, 0, 0);
    __builtin_trap();
}
