/*
 * tmebox-memory.h - the part of tmebox.h that is about memory: the host's ways to that of a
 * sandbox, and what it shares with sandboxes and between them. tmebox.h includes it.
 */
#ifndef TMEBOX_MEMORY_H
#define TMEBOX_MEMORY_H

#include "tmebox.h"

#ifdef __cplusplus
extern "C" {
#endif

#pragma GCC visibility push(default)

/* --- The memory of a sandbox --- */

/*
 * Pointers of sandboxed code are offsets, and hostile: only their low half counts, as it does
 * inside. None of these may be used while another thread is inside the sandbox.
 */

/* The host's address of `length` bytes of the sandbox, all of which it may write to; null when it
 * may not. What stands there can change whenever sandboxed code runs: copy before you check. */
void *tbx_sandbox_pointer(tbx_sandbox *sandbox, uint64_t pointer, size_t length);

/* Copies into the sandbox, and out of it; false, and nothing was copied, when the sandbox does not
 * have all of the bytes. */
bool tbx_sandbox_copy_in(tbx_sandbox *sandbox, uint64_t pointer, const void *from, size_t length);
bool tbx_sandbox_copy_out(tbx_sandbox *sandbox, void *to, uint64_t pointer, size_t length);

/* Copies a string out with its end; false when it is longer than `size` - 1 bytes or leaves the
 * sandbox's memory. `to` may have been written to then. */
bool tbx_sandbox_copy_string_out(tbx_sandbox *sandbox, char *to, size_t size, uint64_t pointer);

/*
 * Calls the library's malloc and free. Allocate returns 0 when there is no memory (the outcome is
 * TBX_RETURNED then), malloc returned something that the sandbox does not have, or the call failed.
 */
uint64_t tbx_sandbox_allocate(tbx_sandbox *sandbox, size_t size, tbx_outcome *outcome);
bool tbx_sandbox_release(tbx_sandbox *sandbox, uint64_t pointer, tbx_outcome *outcome);

/* --- Memory that the host shares --- */

/*
 * Makes a region: `size` bytes of zeros, rounded up to pages, which the host and any number of
 * sandboxes can have at once. What a sandbox may write to is hostile to everyone else who reads it,
 * and may change at any moment, also between two looks of the host. Null and a message for a size
 * that no window has room for (256 MiB), or when the system has no memory.
 */
tbx_region *tbx_region_new(size_t size, tbx_error *error);

/* Gives up the caller's reference; null is left alone. The host's address of the region ends then
 * unless sandboxes have the region: they keep theirs until it is unmapped, or they are reset or
 * freed. */
void tbx_region_release(tbx_region *region);

/* Where the host has the region, readable and writable, and its size in whole pages. */
void *tbx_region_memory(const tbx_region *region);
size_t tbx_region_size(const tbx_region *region);

/*
 * Gives a region to a sandbox, to read or also to write; the sandbox cannot change that, nor move
 * or release it. Returns where the sandbox has it. 0 and a message when another thread is inside,
 * the sandbox has 64 regions or no room between them, or the system refuses. Two kernel mappings
 * are spent on each until the sandbox is freed. What a template's constructors were given is not in
 * its copies.
 */
uint64_t tbx_sandbox_map_region(tbx_sandbox *sandbox, tbx_region *region, bool writable,
                                tbx_error *error);

/* Takes the region back that is mapped at `pointer`: an access is a fault from then on. A reset
 * takes all of them. False and a message when another thread is inside, or no region begins there.
 */
bool tbx_sandbox_unmap_region(tbx_sandbox *sandbox, uint64_t pointer, tbx_error *error);

/* --- Memory that sandboxes share by the cache line --- */

/*
 * A pool is memory at the same offsets in the windows of all sandboxes that have objects in it: one
 * page holds objects of many sandboxes, side by side. Each of them can reach all of it, but only
 * through its own KeyID: what another one has written there is noise to it, and what it writes
 * over foreign lines is noise to their owner. So pools want keys: under the plain backend there are
 * none. What noise costs an owner is its data's integrity, never its secrecy; the emulated backend
 * can keep integrity too (tbx_backend_options).
 */
typedef struct tbx_pool tbx_pool;

/* A pool of `bytes`, rounded up to pages. Null and the reason when the backend has no keys or there
 * is no room. */
tbx_pool *tbx_pool_new(uint64_t bytes, tbx_error *error);

/* Gives up the caller's reference. Sandboxes with objects in it keep the pool until they are freed
 * or reset. */
void tbx_pool_free(tbx_pool *pool);

/*
 * An object of `size` bytes, in whole cache lines of 64, for `owner`: its offset in the window, all
 * zeros. It is the host's to release, also after its owner is gone; its contents go with the owner,
 * when that is freed or reset, released or not, as the owner's key does.
 * 0 and the reason when there is no room, the sandbox has objects in four other pools already, or
 * it is a template's, whose constructors run.
 * No thread is inside the owner.
 */
uint64_t tbx_pool_allocate(tbx_pool *pool, tbx_sandbox *owner, size_t size, tbx_error *error);

/* Gives the object back. False when there is none at the offset. */
bool tbx_pool_release(tbx_pool *pool, uint64_t pointer, tbx_error *error);

/*
 * Relocates the object at `pointer` from the key of its owner, `from`, to that of `to`: afterwards
 * `to` reads what `from` has read before, at the same offset, and `from` reads noise. False when
 * the object is not `from`'s. No thread is inside either.
 */
bool tbx_pool_grant(tbx_pool *pool, uint64_t pointer, tbx_sandbox *from, tbx_sandbox *to,
                    tbx_error *error);

#pragma GCC visibility pop

#ifdef __cplusplus
}
#endif

#endif
