; IR written by hand to slip through the passes.
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"
; REFUSED through_gs: TBX0316
define i64 @attack(i64 %a) {
  %p = inttoptr i64 %a to ptr addrspace(256)
  %v = load i64, ptr addrspace(256) %p
  ret i64 %v
}
; REFUSED through_fs: TBX0316
define i64 @attack() {
  %v = load i64, ptr addrspace(257) null
  ret i64 %v
}
; REFUSED through_ss: TBX0316
define i64 @attack(ptr addrspace(258) %p) {
  %v = load i64, ptr addrspace(258) %p
  ret i64 %v
}
; REFUSED space_cast: TBX0316
define i64 @attack(ptr %p) {
  %q = addrspacecast ptr %p to ptr addrspace(256)
  %v = load i64, ptr addrspace(256) %q
  ret i64 %v
}
; REFUSED another_address_space: TBX0316
define i64 @attack(ptr addrspace(1) %p) {
  %v = load i64, ptr addrspace(1) %p
  ret i64 %v
}
; REFUSED write_rsp: TBX0307
define void @attack(i64 %a) {
  call void @llvm.write_register.i64(metadata !0, i64 %a)
  ret void
}
declare void @llvm.write_register.i64(metadata, i64)
!0 = !{!"rsp"}
; REFUSED address_of_return_address: TBX0307
define void @attack(i64 %a) {
  %p = call ptr @llvm.addressofreturnaddress.p0()
  store i64 %a, ptr %p
  ret void
}
declare ptr @llvm.addressofreturnaddress.p0()
; REFUSED return_to_the_handler: TBX0307
define void @attack(i64 %a, ptr %p) {
  call void @llvm.eh.return.i64(i64 %a, ptr %p)
  unreachable
}
declare void @llvm.eh.return.i64(i64, ptr)
; REFUSED setjmp_of_the_compiler: TBX0307
define i32 @attack(ptr %p) {
  %r = call i32 @llvm.eh.sjlj.setjmp(ptr %p)
  ret i32 %r
}
declare i32 @llvm.eh.sjlj.setjmp(ptr)
; REFUSED longjmp_of_the_compiler: TBX0307
define void @attack(ptr %p) {
  call void @llvm.eh.sjlj.longjmp(ptr %p)
  unreachable
}
declare void @llvm.eh.sjlj.longjmp(ptr)
; REFUSED trampoline: TBX0307
define void @attack(ptr %t) {
  call void @llvm.init.trampoline(ptr %t, ptr @attack, ptr %t)
  ret void
}
declare void @llvm.init.trampoline(ptr, ptr, ptr)
; REFUSED patch_point: TBX0307
define void @attack() {
  call void (i64, i32, ptr, i32, ...) @llvm.experimental.patchpoint.void(i64 1, i32 15, ptr inttoptr (i64 4096 to ptr), i32 0)
  ret void
}
declare void @llvm.experimental.patchpoint.void(i64, i32, ptr, i32, ...)
; REFUSED made_up_intrinsic: TBX0306
define void @attack(ptr %p) {
  call void @llvm.x86.attack(ptr %p)
  ret void
}
declare void @llvm.x86.attack(ptr)
; REFUSED assembly: TBX0301
define void @attack(i64 %a) {
  call void asm sideeffect "wrgsbase $0", "r"(i64 %a)
  ret void
}
; REFUSED assembly_by_pointer: TBX0301
define void @attack() {
  call void asm sideeffect "syscall", "~{rcx},~{r11}"()
  ret void
}
; REFUSED module_assembly: TBX0302
module asm ".text"
module asm "attack: syscall"
; REFUSED prefix_data: TBX0314
define void @attack() prefix i64 -4539628424389459968 {
  ret void
}
; REFUSED prologue_data: TBX0314
define void @attack() prologue i32 -1067902193 {
  ret void
}
; REFUSED split_stack: TBX0315
define void @attack() "split-stack" {
  ret void
}
; REFUSED entry_call: TBX0315
define void @attack() "fentry-call"="true" {
  ret void
}
; REFUSED room_for_patches: TBX0315
define void @attack() "patchable-function-entry"="16" {
  ret void
}
; REFUSED far_tail_call: TBX0311
declare void @callee(ptr byval([64 x i8]))
define void @attack(ptr byval([64 x i8]) %p) {
  musttail call void @callee(ptr byval([64 x i8]) %p)
  ret void
}
; REFUSED swift_error: TBX0308
define void @attack(ptr swifterror %p) {
  store ptr null, ptr %p
  ret void
}
; REFUSED preallocated: TBX0308
define void @attack(ptr preallocated(i64) %p) {
  store i64 0, ptr %p
  ret void
}
; REFUSED allocated_by_the_caller: TBX0308
define void @attack(ptr inalloca(i64) %p) {
  store i64 0, ptr %p
  ret void
}
; REFUSED register_convention: TBX0309
define ghccc void @attack(i64 %a) {
  ret void
}
; REFUSED tail_convention: TBX0309
define tailcc void @attack(i64 %a) {
  ret void
}
; REFUSED bundle: TBX0310
declare void @callee()
define void @attack() {
  call void @callee() [ "cfguardtarget"(ptr null) ]
  ret void
}
; REFUSED alias_into_a_function: TBX0323
@attack = alias void (), getelementptr (i8, ptr @whole, i64 3)
define void @whole() {
  ret void
}
; REFUSED resolver: TBX0323
@attack = ifunc void (), ptr @resolver
define ptr @resolver() {
  ret ptr inttoptr (i64 4096 to ptr)
}
; REFUSED large_code_model: TBX0325
define void @attack() {
  ret void
}
!llvm.module.flags = !{!0}
!0 = !{i32 1, !"Code Model", i32 4}
; REFUSED result_too_wide: TBX0312
define [64 x i64] @attack() {
  ret [64 x i64] zeroinitializer
}
