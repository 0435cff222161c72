; What is accepted

;; nothing but a return
define void @f(ptr %p, i64 %i, i32 %x) {
  ret void
}

;; a cut load, store, atomicrmw, cmpxchg
define void @f(ptr %p, i64 %i, i32 %x) {
  %z = freeze ptr %p
  %l = ptrtoint ptr %z to i32
  %o = zext i32 %l to i64
  %a = inttoptr i64 %o to ptr addrspace(256)
  %v = load i32, ptr addrspace(256) %a
  store i32 %v, ptr addrspace(256) %a
  %r = atomicrmw add ptr addrspace(256) %a, i32 1 seq_cst
  %c = cmpxchg ptr addrspace(256) %a, i32 0, i32 1 seq_cst seq_cst
  ret void
}

;; any window pointer with addr32 | addr32 code+data
define void @f(ptr %p, i64 %i, i32 %x) {
  %q = addrspacecast ptr %p to ptr addrspace(256)
  %v = load i32, ptr addrspace(256) %q
  ret void
}

;; a constant window pointer with addr32 | addr32 data
@g = global i32 0
define void @f(ptr %p, i64 %i, i32 %x) {
  %v = load i32, ptr addrspace(256) addrspacecast (ptr @g to ptr addrspace(256))
  ret void
}

;; a native slot
define void @f(ptr %p, i64 %i, i32 %x) {
  %s = alloca [4 x i32]
  %e = getelementptr [4 x i32], ptr %s, i64 0, i64 3
  store i32 %x, ptr %e
  %v = load i32, ptr %e
  ret void
}

;; a slot of a structure
%t = type { i8, i64, { i16, i16 } }
define void @f(ptr %p, i64 %i, i32 %x) {
  %s = alloca %t
  %e = getelementptr %t, ptr %s, i64 0, i32 2, i32 1
  store i16 7, ptr %e
  ret void
}

;; a slot that intrinsics speak of
define void @f(ptr %p, i64 %i, i32 %x) {
  %s = alloca i64
  call void @llvm.lifetime.start.p0(i64 8, ptr %s)
  call void @llvm.memset.inline.p0.i64(ptr %s, i8 0, i64 8, i1 false)
  ret void
}

;; a call by name
declare void @g()
define void @f(ptr %p, i64 %i, i32 %x) {
  call void @g()
  ret void
}

;; a call through the table
@__tbx_icall_table = external hidden global i8
@__tbx_icall_mask = external hidden global i8
define void @f(ptr %p, i64 %i, i32 %x) {
  %o = ptrtoint ptr %p to i64
  %m = and i64 %o, ptrtoint (ptr @__tbx_icall_mask to i64)
  %c = getelementptr i8, ptr @__tbx_icall_table, i64 %m
  call void %c()
  ret void
}

;; a call into the code window with data | ir data
@__tbx_code_base = external hidden global i8
define void @f(ptr %p, i64 %i, i32 %x) {
  %l = ptrtoint ptr %p to i32
  %o = zext i32 %l to i64
  %c = getelementptr i8, ptr @__tbx_code_base, i64 %o
  call void %c()
  ret void
}

;; empty assembly
define void @f(ptr %p, i64 %i, i32 %x) {
  call void asm sideeffect "", "~{memory}"()
  %r = call i64 asm "", "=r,0"(i64 %i)
  ret void
}

;; intrinsics on values
define void @f(ptr %p, i64 %i, i32 %x) {
  %r = call i32 @llvm.ctpop.i32(i32 %x)
  ret void
}

;; an entry of the call table
module asm ".section .tbx.icall.f,\22ax\22,@progbits"
module asm ".p2align 3, 0xcc"
module asm "__tbx_ic.f:"
module asm "jmp f"
module asm ".text"
define void @f(ptr %p, i64 %i, i32 %x) {
  ret void
}

;; computed goto
@t = private unnamed_addr constant [2 x i32] [i32 trunc (i64 sub (i64 ptrtoint (ptr blockaddress(@f, %a) to i64), i64 ptrtoint (ptr @t to i64)) to i32), i32 trunc (i64 sub (i64 ptrtoint (ptr blockaddress(@f, %b) to i64), i64 ptrtoint (ptr @t to i64)) to i32)]
define void @f(i64 %i) {
  %m = and i64 %i, 1
  %e = getelementptr i32, ptr @t, i64 %m
  %l = load i32, ptr %e
  %w = sext i32 %l to i64
  %c = getelementptr i8, ptr @t, i64 %w
  indirectbr ptr %c, [label %a, label %b]
a:
  ret void
b:
  ret void
}

