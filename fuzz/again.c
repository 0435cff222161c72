/* Tries inputs again that once found something: `again-TARGET FILE…`, without libFuzzer. An input
 * that still finds something ends the process by a signal. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
__attribute__((weak)) int LLVMFuzzerInitialize(int *argc, char ***argv);
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t most);

/* For targets with a mutator of their own: nothing is mutated here. */
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t most) {
    (void)data, (void)most;
    return size;
}

static void try_file(const char *path) {
    enum { MOST = 1 << 20, SECONDS = 20 };
    uint8_t *bytes = malloc(MOST);
    FILE *file = fopen(path, "rb");
    if (file == NULL || bytes == NULL) {
        perror(path);
        exit(2);
    }
    size_t size = fread(bytes, 1, MOST, file);
    fclose(file);
    printf("%s\n", path);
    fflush(stdout);
    alarm(SECONDS);
    LLVMFuzzerTestOneInput(bytes, size);
    alarm(0);
    free(bytes);
}

int main(int argc, char **argv) {
    char **files = argv + 1;
    if (LLVMFuzzerInitialize != NULL)
        LLVMFuzzerInitialize(&argc, &argv);
    for (; *files != NULL; files++)
        try_file(*files);
    return 0;
}
