// Instructions by their C names that reach memory, segments or the kernel on their own.
// clang-format off: a part a line
#include <immintrin.h>
#include <stdint.h>
#include <x86intrin.h>
#define ALL __attribute__((target("fsgsbase,xsave,fxsr,clzero,movdir64b,movdiri,enqcmd,pku,shstk,rtm,mwaitx,invpcid,waitpkg,cldemote,amx-tile,sse2,mmx,avx2,avx512f,uintr,xsaveopt,lwp")))

// REFUSED write_gs_base: TBX0306
ALL void attack(uint64_t base) { _writegsbase_u64(base); }
// REFUSED write_fs_base: TBX0306
ALL void attack(uint64_t base) { _writefsbase_u64(base); }
// REFUSED read_gs_base: TBX0306
ALL uint64_t attack(void) { return _readgsbase_u64(); }
// REFUSED clear_cache_line: TBX0306
ALL void attack(void *p) { __builtin_ia32_clzero(p); }
// REFUSED move_64_bytes: TBX0306
ALL void attack(void *to, const void *from) { _movdir64b(to, from); }
// REFUSED direct_store: TBX0306
ALL void attack(void *to) { _directstoreu_u64(to, 1); }
// REFUSED enqueue_command: TBX0306
ALL int attack(void *to, const void *from) { return _enqcmd(to, from); }
// REFUSED masked_bytes_by_rdi: TBX0307
ALL void attack(__m128i value, __m128i mask, char *to) { _mm_maskmoveu_si128(value, mask, to); }
// REFUSED masked_bytes_mmx: TBX0307
ALL void attack(__m64 value, __m64 mask, char *to) { _mm_maskmove_si64(value, mask, to); }
// REFUSED save_state: TBX0306
ALL void attack(void *to) { _xsave(to, -1); }
// REFUSED restore_state: TBX0306
ALL void attack(void *from) { _xrstor64(from, -1); }
// REFUSED save_x87: TBX0306
ALL void attack(void *to) { _fxsave64(to); }
// REFUSED protection_keys: TBX0306
ALL void attack(void) { _wrpkru(0); }
// REFUSED gather: TBX0307
ALL __m256i attack(const int *base, __m256i at) { return _mm256_i32gather_epi32(base, at, 4); }
// REFUSED scatter: TBX0307
ALL void attack(int *base, __m512i at) { _mm512_i32scatter_epi32(base, at, at, 4); }
// REFUSED read_flags: TBX0306
ALL uint64_t attack(void) { return __readeflags(); }
// REFUSED write_flags: TBX0306
ALL void attack(uint64_t flags) { __writeeflags(flags); }
// REFUSED shadow_stack: TBX0306
ALL void attack(void *to) { _rstorssp(to); }
// REFUSED transaction: TBX0306
ALL unsigned attack(void) { return _xbegin(); }
// REFUSED monitor: TBX0306
ALL void attack(void *p) { _mm_monitorx(p, 0, 0); }
// REFUSED tile_load: TBX0306
ALL void attack(const void *p) { _tile_loadd(1, p, 64); }
// REFUSED tile_configuration: TBX0306
ALL void attack(const void *p) { _tile_loadconfig(p); }
// REFUSED inline_assembly: TBX0301
void attack(void *p) { __asm__ volatile("movb $0, (%0)" ::"r"(p)); }
// REFUSED assembly_beside_the_functions: TBX0302
__asm__(".globl attack\nattack: syscall\n ret");
// REFUSED register_in_a_variable: TBX0307
register uint64_t stack __asm__("rsp");
void attack(uint64_t to) { stack = to; }
// REFUSED naked: TBX0303
__attribute__((naked)) void attack(void) { __asm__("ret"); }
// REFUSED assembly_goto: TBX0305
int attack(void) { __asm__ goto("jmp %l0" ::::out); return 0; out: return 1; }
// REFUSED data_as_code: TBX0317
__attribute__((section(".text.attack"))) const unsigned char attack[] = {0x0f, 0x05, 0xc3};
// REFUSED data_in_the_call_table: TBX0317
__attribute__((section(".tbx.icall.attack"))) const unsigned char attack[] = {0x0f, 0x05, 0xc3};
// REFUSED data_in_the_gate: TBX0317
__attribute__((section(".tbx.gate"))) uint64_t attack = 0x1234;
// REFUSED a_note_of_its_own: TBX0317
__attribute__((section(".note.tmebox"))) const char attack[] = "abi=1 lowering=addr32 isolate=code+data";
// REFUSED function_among_data: TBX0317
__attribute__((section(".data"))) void attack(void) {}
// REFUSED the_gate_redefined: TBX0319
uint64_t __tbx_gate = 0x1234;
// REFUSED the_table_redefined: TBX0319
char __tbx_icall_table[64];
// REFUSED an_entry_redefined: TBX0319
char entry[8] __asm__("__tbx_ic.main") = "\x0f\x05";
// REFUSED name_with_assembly: TBX0503
int attack __asm__("x\n.text\nsyscall\n#");
// REFUSED foreign_segment: TBX0316
uint64_t attack(void) { return *(uint64_t __seg_fs *)0x28; }
// REFUSED own_segment: TBX0316
uint64_t attack(uint64_t __seg_gs *p) { return *p; }
// REFUSED interrupt_handler: TBX0309
struct frame;
__attribute__((interrupt, target("general-regs-only"))) void attack(struct frame *frame) {}
