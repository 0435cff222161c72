// What C++ without exceptions and without a standard library needs: memory, and the Itanium ABI's
// run-time functions.
// __cxa_atexit is the C library's.

#include <stddef.h>
#include <stdint.h>

extern "C" {
void *malloc(size_t size);
void *aligned_alloc(size_t alignment, size_t size);
void free(void *block);
}

namespace std {
struct nothrow_t;
enum class align_val_t : size_t {};
} // namespace std

// A program may replace these (C++17, 21.6.2).
#define TBX_REPLACEABLE __attribute__((weak))

namespace {

size_t at_least_one(size_t size) {
    return size ? size : 1;
}

void *aligned(size_t size, std::align_val_t alignment) {
    size_t unit = static_cast<size_t>(alignment);
    return aligned_alloc(unit, (at_least_one(size) + unit - 1) & ~(unit - 1));
}

// Without exceptions there is no way to report exhaustion: end here, not at a null pointer later.
void *or_trap(void *block) {
    if (!block)
        __builtin_trap();
    return block;
}

} // namespace

TBX_REPLACEABLE void *operator new(size_t size) {
    return or_trap(malloc(at_least_one(size)));
}
TBX_REPLACEABLE void *operator new[](size_t size) {
    return or_trap(malloc(at_least_one(size)));
}
TBX_REPLACEABLE void *operator new(size_t size, std::align_val_t alignment) {
    return or_trap(aligned(size, alignment));
}
TBX_REPLACEABLE void *operator new[](size_t size, std::align_val_t alignment) {
    return or_trap(aligned(size, alignment));
}
TBX_REPLACEABLE void *operator new(size_t size, const std::nothrow_t &) noexcept {
    return malloc(at_least_one(size));
}
TBX_REPLACEABLE void *operator new[](size_t size, const std::nothrow_t &) noexcept {
    return malloc(at_least_one(size));
}
TBX_REPLACEABLE void *operator new(size_t size, std::align_val_t alignment,
                                   const std::nothrow_t &) noexcept {
    return aligned(size, alignment);
}
TBX_REPLACEABLE void *operator new[](size_t size, std::align_val_t alignment,
                                     const std::nothrow_t &) noexcept {
    return aligned(size, alignment);
}

TBX_REPLACEABLE void operator delete(void *block) noexcept {
    free(block);
}
TBX_REPLACEABLE void operator delete[](void *block) noexcept {
    free(block);
}
TBX_REPLACEABLE void operator delete(void *block, size_t) noexcept {
    free(block);
}
TBX_REPLACEABLE void operator delete[](void *block, size_t) noexcept {
    free(block);
}
TBX_REPLACEABLE void operator delete(void *block, std::align_val_t) noexcept {
    free(block);
}
TBX_REPLACEABLE void operator delete[](void *block, std::align_val_t) noexcept {
    free(block);
}
TBX_REPLACEABLE void operator delete(void *block, size_t, std::align_val_t) noexcept {
    free(block);
}
TBX_REPLACEABLE void operator delete[](void *block, size_t, std::align_val_t) noexcept {
    free(block);
}
TBX_REPLACEABLE void operator delete(void *block, const std::nothrow_t &) noexcept {
    free(block);
}
TBX_REPLACEABLE void operator delete[](void *block, const std::nothrow_t &) noexcept {
    free(block);
}

extern "C" {

extern void *__dso_handle;
void *__dso_handle = nullptr;

[[noreturn]] void __cxa_pure_virtual() {
    __builtin_trap();
}

[[noreturn]] void __cxa_deleted_virtual() {
    __builtin_trap();
}

// Guards of static local variables (Itanium C++ ABI, 3.3.3). Byte 0 tells that the variable is
// initialised; with one thread in a sandbox, a guard found in use means that the initialisation
// reached itself.
int __cxa_guard_acquire(uint64_t *guard) {
    char *bytes = reinterpret_cast<char *>(guard);
    if (bytes[0])
        return 0;
    if (bytes[1])
        __builtin_trap();
    bytes[1] = 1;
    return 1;
}

void __cxa_guard_release(uint64_t *guard) {
    char *bytes = reinterpret_cast<char *>(guard);
    bytes[0] = 1;
    bytes[1] = 0;
}

void __cxa_guard_abort(uint64_t *guard) {
    reinterpret_cast<char *>(guard)[1] = 0;
}
}
