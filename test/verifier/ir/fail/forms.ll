; What is refused

;; no note | bare | TBV0101 1:1
define void @f(ptr %p, i64 %i, i32 %x) {
  ret void
}

;; no note, as addr32 left it | bare | TBV0101 1:1, TBV0102 3:3
define void @f(ptr %p, i64 %i, i32 %x) {
  %q = addrspacecast ptr %p to ptr addrspace(256)
  %v = load i32, ptr addrspace(256) %q
  ret void
}

;; plain load | TBV0102 2:3
define void @f(ptr %p, i64 %i, i32 %x) {
  %v = load i32, ptr %p
  ret void
}

;; plain store | TBV0102 2:3
define void @f(ptr %p, i64 %i, i32 %x) {
  store i32 1, ptr %p
  ret void
}

;; plain atomicrmw | TBV0102 2:3
define void @f(ptr %p, i64 %i, i32 %x) {
  %v = atomicrmw add ptr %p, i32 1 seq_cst
  ret void
}

;; plain cmpxchg | TBV0102 2:3
define void @f(ptr %p, i64 %i, i32 %x) {
  %v = cmpxchg ptr %p, i32 0, i32 1 seq_cst seq_cst
  ret void
}

;; plain volatile load | TBV0102 2:3
define void @f(ptr %p, i64 %i, i32 %x) {
  %v = load volatile i32, ptr %p
  ret void
}

;; plain atomic store | TBV0102 2:3
define void @f(ptr %p, i64 %i, i32 %x) {
  store atomic i32 1, ptr %p seq_cst, align 4
  ret void
}

;; a plain load with addr32 | addr32 code+data | TBV0102 2:3
define void @f(ptr %p, i64 %i, i32 %x) {
  %v = load i32, ptr %p
  ret void
}

;; a load in address space 257 | addr32 code+data | TBV0102 3:3
define void @f(ptr %p, i64 %i, i32 %x) {
  %q = addrspacecast ptr %p to ptr addrspace(257)
  %v = load i32, ptr addrspace(257) %q
  ret void
}

;; a load in address space 258 | addr32 code+data | TBV0102 3:3
define void @f(ptr %p, i64 %i, i32 %x) {
  %q = addrspacecast ptr %p to ptr addrspace(258)
  %v = load i32, ptr addrspace(258) %q
  ret void
}

;; a load in address space 1 | addr32 code+data | TBV0102 3:3
define void @f(ptr %p, i64 %i, i32 %x) {
  %q = addrspacecast ptr %p to ptr addrspace(1)
  %v = load i32, ptr addrspace(1) %q
  ret void
}

;; a window pointer that is not cut | TBV0102 3:3
define void @f(ptr %p, i64 %i, i32 %x) {
  %a = addrspacecast ptr %p to ptr addrspace(256)
  %v = load i32, ptr addrspace(256) %a
  ret void
}

;; cut without freeze | TBV0102 5:3
define void @f(ptr %p, i64 %i, i32 %x) {
  %l = ptrtoint ptr %p to i32
  %o = zext i32 %l to i64
  %a = inttoptr i64 %o to ptr addrspace(256)
  %v = load i32, ptr addrspace(256) %a
  ret void
}

;; extended by its sign | TBV0102 6:3
define void @f(ptr %p, i64 %i, i32 %x) {
  %z = freeze ptr %p
  %l = ptrtoint ptr %z to i32
  %o = sext i32 %l to i64
  %a = inttoptr i64 %o to ptr addrspace(256)
  %v = load i32, ptr addrspace(256) %a
  ret void
}

;; cut to 33 bits | TBV0102 6:3
define void @f(ptr %p, i64 %i, i32 %x) {
  %z = freeze ptr %p
  %l = ptrtoint ptr %z to i33
  %o = zext i33 %l to i64
  %a = inttoptr i64 %o to ptr addrspace(256)
  %v = load i32, ptr addrspace(256) %a
  ret void
}

;; cut to 64 bits | TBV0102 5:3
define void @f(ptr %p, i64 %i, i32 %x) {
  %z = freeze ptr %p
  %o = ptrtoint ptr %z to i64
  %a = inttoptr i64 %o to ptr addrspace(256)
  %v = load i32, ptr addrspace(256) %a
  ret void
}

;; moved after the cut | TBV0102 7:3
define void @f(ptr %p, i64 %i, i32 %x) {
  %z = freeze ptr %p
  %l = ptrtoint ptr %z to i32
  %o = zext i32 %l to i64
  %a = inttoptr i64 %o to ptr addrspace(256)
  %b = getelementptr i8, ptr addrspace(256) %a, i64 %i
  %v = load i32, ptr addrspace(256) %b
  ret void
}

;; an offset that is added after the cut | TBV0102 7:3
define void @f(ptr %p, i64 %i, i32 %x) {
  %z = freeze ptr %p
  %l = ptrtoint ptr %z to i32
  %o = zext i32 %l to i64
  %n = add i64 %o, %i
  %a = inttoptr i64 %n to ptr addrspace(256)
  %v = load i32, ptr addrspace(256) %a
  ret void
}

;; a constant window pointer with ir | TBV0102 3:3
@g = global i32 0
define void @f(ptr %p, i64 %i, i32 %x) {
  %v = load i32, ptr addrspace(256) addrspacecast (ptr @g to ptr addrspace(256))
  ret void
}

;; a window pointer from memory with ir | TBV0102 7:3
define void @f(ptr %p, i64 %i, i32 %x) {
  %z = freeze ptr %p
  %l = ptrtoint ptr %z to i32
  %o = zext i32 %l to i64
  %a = inttoptr i64 %o to ptr addrspace(256)
  %q = load ptr addrspace(256), ptr addrspace(256) %a
  %v = load i32, ptr addrspace(256) %q
  ret void
}

;; a window pointer as a parameter with ir | TBV0102 2:3
define void @f(ptr addrspace(256) %q) {
  %v = load i32, ptr addrspace(256) %q
  ret void
}

;; a load of a global by its name | TBV0102 3:3
@g = global i32 0
define void @f(ptr %p, i64 %i, i32 %x) {
  %v = load i32, ptr @g
  ret void
}

;; a load at a constant address | TBV0102 2:3
define void @f(ptr %p, i64 %i, i32 %x) {
  %v = load i32, ptr inttoptr (i64 4096 to ptr)
  ret void
}

;; a slot whose address is stored | TBV0103 7:3
define void @f(ptr %p, i64 %i, i32 %x) {
  %z = freeze ptr %p
  %l = ptrtoint ptr %z to i32
  %o = zext i32 %l to i64
  %a = inttoptr i64 %o to ptr addrspace(256)
  %s = alloca i32
  store ptr %s, ptr addrspace(256) %a
  ret void
}

;; a slot whose address is passed on | TBV0103 4:3
declare void @g(ptr)
define void @f(ptr %p, i64 %i, i32 %x) {
  %s = alloca i32
  call void @g(ptr %s)
  ret void
}

;; a slot whose address is returned | TBV0103 3:3
define ptr @f() {
  %s = alloca i32
  ret ptr %s
}

;; a slot whose address becomes a number | TBV0103 3:3
define void @f(ptr %p, i64 %i, i32 %x) {
  %s = alloca i32
  %n = ptrtoint ptr %s to i64
  ret void
}

;; a slot in a phi | TBV0103 8:3, TBV0102 9:3
define void @f(i1 %c) {
  %s = alloca i32
  %t = alloca i32
  br i1 %c, label %a, label %b
a:
  br label %b
b:
  %q = phi ptr [ %s, %0 ], [ %t, %a ]
  store i32 1, ptr %q
  ret void
}

;; a slot in a select | TBV0103 3:3
define void @f(i1 %c) {
  %s = alloca i32
  %q = select i1 %c, ptr %s, ptr null
  ret void
}

;; a slot at a variable place | TBV0103 3:3, TBV0102 4:3
define void @f(ptr %p, i64 %i, i32 %x) {
  %s = alloca [4 x i32]
  %e = getelementptr i32, ptr %s, i64 %i
  store i32 1, ptr %e
  ret void
}

;; beyond a slot | TBV0103 4:3
define void @f(ptr %p, i64 %i, i32 %x) {
  %s = alloca [4 x i32]
  %e = getelementptr i32, ptr %s, i64 4
  store i32 1, ptr %e
  ret void
}

;; in front of a slot | TBV0103 4:3
define void @f(ptr %p, i64 %i, i32 %x) {
  %s = alloca i32
  %e = getelementptr i8, ptr %s, i64 -4
  store i32 1, ptr %e
  ret void
}

;; across the end of a slot | TBV0103 3:3
define void @f(ptr %p, i64 %i, i32 %x) {
  %s = alloca i32
  store i64 %i, ptr %s
  ret void
}

;; a slot of variable size | TBV0103 2:3
define void @f(ptr %p, i64 %i, i32 %x) {
  %s = alloca i32, i64 %i
  ret void
}

;; a slot outside of the entry block | TBV0103 4:3
define void @f() {
  br label %a
a:
  %s = alloca i32
  ret void
}

;; a slot of a scalable vector | TBV0103 2:3
define void @f(ptr %p, i64 %i, i32 %x) {
  %s = alloca <vscale x 4 x i32>
  ret void
}

;; a slot that is filled beyond its end | TBV0105 3:3
define void @f(ptr %p, i64 %i, i32 %x) {
  %s = alloca i32
  call void @llvm.memset.inline.p0.i64(ptr %s, i8 0, i64 5, i1 false)
  ret void
}

;; a slot that is called | TBV0103 3:3, TBV0104 3:3
define void @f(ptr %p, i64 %i, i32 %x) {
  %s = alloca i32
  call void %s()
  ret void
}

;; an indirect call | TBV0104 2:3
define void @f(ptr %p, i64 %i, i32 %x) {
  call void %p()
  ret void
}

;; a call of a constant | TBV0104 2:3
define void @f(ptr %p, i64 %i, i32 %x) {
  call void inttoptr (i64 4096 to ptr)()
  ret void
}

;; a call of a variable | TBV0104 3:3
@g = global i32 0
define void @f(ptr %p, i64 %i, i32 %x) {
  call void @g()
  ret void
}

;; a call through the table without a mask | TBV0104 5:3
@__tbx_icall_table = external hidden global i8
@__tbx_icall_mask = external hidden global i8
define void @f(ptr %p, i64 %i, i32 %x) {
  %c = getelementptr i8, ptr @__tbx_icall_table, i64 %i
  call void %c()
  ret void
}

;; a call through the table with another mask | TBV0104 6:3
@__tbx_icall_table = external hidden global i8
@__tbx_icall_mask = external hidden global i8
define void @f(ptr %p, i64 %i, i32 %x) {
  %m = and i64 %i, 65528
  %c = getelementptr i8, ptr @__tbx_icall_table, i64 %m
  call void %c()
  ret void
}

;; a call through the table, or instead of and | TBV0104 6:3
@__tbx_icall_table = external hidden global i8
@__tbx_icall_mask = external hidden global i8
define void @f(ptr %p, i64 %i, i32 %x) {
  %m = or i64 %i, ptrtoint (ptr @__tbx_icall_mask to i64)
  %c = getelementptr i8, ptr @__tbx_icall_table, i64 %m
  call void %c()
  ret void
}

;; a call through the table in larger steps | TBV0104 6:3
@__tbx_icall_table = external hidden global i8
@__tbx_icall_mask = external hidden global i8
define void @f(ptr %p, i64 %i, i32 %x) {
  %m = and i64 %i, ptrtoint (ptr @__tbx_icall_mask to i64)
  %c = getelementptr i64, ptr @__tbx_icall_table, i64 %m
  call void %c()
  ret void
}

;; a call through another table | TBV0104 7:3
@__tbx_icall_table = external hidden global i8
@__tbx_icall_mask = external hidden global i8
@x = external global i8
define void @f(ptr %p, i64 %i, i32 %x) {
  %m = and i64 %i, ptrtoint (ptr @__tbx_icall_mask to i64)
  %c = getelementptr i8, ptr @x, i64 %m
  call void %c()
  ret void
}

;; a call into the code window with code+data | TBV0104 6:3
@__tbx_code_base = external hidden global i8
define void @f(ptr %p, i64 %i, i32 %x) {
  %l = ptrtoint ptr %p to i32
  %o = zext i32 %l to i64
  %c = getelementptr i8, ptr @__tbx_code_base, i64 %o
  call void %c()
  ret void
}

;; a call beyond the code window | ir data | TBV0104 4:3
@__tbx_code_base = external hidden global i8
define void @f(ptr %p, i64 %i, i32 %x) {
  %c = getelementptr i8, ptr @__tbx_code_base, i64 %i
  call void %c()
  ret void
}

;; an argument that is copied | TBV0104 3:3
declare void @g(ptr)
define void @f(ptr %p, i64 %i, i32 %x) {
  call void @g(ptr byval(i64) %p)
  ret void
}

;; a parameter that is copied | TBV0104 1:1
define void @f(ptr byval(i64) %p) {
  ret void
}

;; operand bundles | TBV0107 3:3
declare void @g()
define void @f(ptr %p, i64 %i, i32 %x) {
  call void @g() [ "deopt"(i32 %x) ]
  ret void
}

;; llvm.memcpy | TBV0105 2:3
define void @f(ptr %p, i64 %i, i32 %x) {
  call void @llvm.memcpy(ptr %p, ptr %p, i64 8, i1 false)
  ret void
}

;; llvm.memset | TBV0105 2:3
define void @f(ptr %p, i64 %i, i32 %x) {
  call void @llvm.memset(ptr %p, i8 0, i64 8, i1 false)
  ret void
}

;; llvm.va_start | TBV0105 2:3
define void @f(ptr %p, i64 %i, i32 %x) {
  call void @llvm.va_start(ptr %p)
  ret void
}

;; llvm.prefetch | TBV0105 2:3
define void @f(ptr %p, i64 %i, i32 %x) {
  call void @llvm.prefetch(ptr %p, i32 0, i32 3, i32 1)
  ret void
}

;; llvm.read_register | TBV0105 2:3
define void @f(ptr %p, i64 %i, i32 %x) {
  call void @llvm.read_register(metadata !{!"rsp"})
  ret void
}

;; llvm.returnaddress | TBV0105 2:3
define void @f(ptr %p, i64 %i, i32 %x) {
  call void @llvm.returnaddress(i32 0)
  ret void
}

;; llvm.clear_cache | TBV0105 2:3
define void @f(ptr %p, i64 %i, i32 %x) {
  call void @llvm.clear_cache(ptr %p, ptr %p)
  ret void
}

;; llvm.x86.wrgsbase.64 | TBV0105 2:3
define void @f(ptr %p, i64 %i, i32 %x) {
  call void @llvm.x86.wrgsbase.64(i64 %i)
  ret void
}

;; llvm.foo | TBV0105 2:3
define void @f(ptr %p, i64 %i, i32 %x) {
  call void @llvm.foo()
  ret void
}

;; an intrinsic on values with a pointer | TBV0105 2:3
define void @f(ptr %p, i64 %i, i32 %x) {
  call void @llvm.x86.sse.ldmxcsr(ptr %p)
  ret void
}

;; a masked load outside of the window | TBV0105 2:3
define void @f(ptr %p, i64 %i, i32 %x) {
  %v = call <4 x i32> @llvm.masked.load.v4i32.p0(ptr %p, i32 4, <4 x i1> zeroinitializer, <4 x i32> zeroinitializer)
  ret void
}

;; assembly | TBV0106 2:3
define void @f(ptr %p, i64 %i, i32 %x) {
  call void asm sideeffect "syscall", ""()
  ret void
}

;; empty assembly that writes to the stack pointer | TBV0106 2:3
define void @f(ptr %p, i64 %i, i32 %x) {
  call void asm sideeffect "", "{rsp}"(i64 %i)
  ret void
}

;; empty assembly whose result goes to memory | TBV0106 2:3
define void @f(ptr %p, i64 %i, i32 %x) {
  call void asm sideeffect "", "=*r"(ptr elementtype(i32) %p)
  ret void
}

;; module assembly | TBV0106 1:1
module asm "syscall"
define void @f(ptr %p, i64 %i, i32 %x) {
  ret void
}

;; a jump to a register in module assembly | TBV0106 1:1
module asm "jmp *%rax"
define void @f(ptr %p, i64 %i, i32 %x) {
  ret void
}

;; two statements in a line of module assembly | TBV0106 1:1
module asm "jmp f; syscall"
define void @f(ptr %p, i64 %i, i32 %x) {
  ret void
}

;; a naked function | TBV0106 1:1
define void @f() #0 {
  unreachable
}
attributes #0 = { naked }

;; va_arg | TBV0107 2:3
define void @f(ptr %p, i64 %i, i32 %x) {
  %v = va_arg ptr %p, i32
  ret void
}

;; a variable index of a vector | TBV0107 2:3, TBV0107 3:3
define void @f(ptr %p, i64 %i, i32 %x) {
  %v = extractelement <4 x i32> zeroinitializer, i64 %i
  %w = insertelement <4 x i32> zeroinitializer, i32 1, i64 %i
  ret void
}

;; invoke and landingpad | TBV0108 3:1, TBV0107 4:3, TBV0107 8:3
declare void @g()
declare i32 @h(...)
define void @f() personality ptr @h {
  invoke void @g() to label %a unwind label %b
a:
  ret void
b:
  %l = landingpad i32 cleanup
  ret void
}

;; a jump to an address | TBV0107 2:3
define void @f(ptr %p) {
  indirectbr ptr %p, [label %a]
a:
  ret void
}

;; computed goto beyond its table | TBV0102 5:3, TBV0107 8:3
@t = private unnamed_addr constant [2 x i32] [i32 trunc (i64 sub (i64 ptrtoint (ptr blockaddress(@f, %a) to i64), i64 ptrtoint (ptr @t to i64)) to i32), i32 trunc (i64 sub (i64 ptrtoint (ptr blockaddress(@f, %b) to i64), i64 ptrtoint (ptr @t to i64)) to i32)]
define void @f(i64 %i) {
  %m = and i64 %i, 3
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

;; computed goto by a table that can be written | TBV0102 5:3, TBV0107 8:3
@t = private unnamed_addr global [2 x i32] [i32 trunc (i64 sub (i64 ptrtoint (ptr blockaddress(@f, %a) to i64), i64 ptrtoint (ptr @t to i64)) to i32), i32 trunc (i64 sub (i64 ptrtoint (ptr blockaddress(@f, %b) to i64), i64 ptrtoint (ptr @t to i64)) to i32)]
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

;; computed goto by the labels of another function | TBV0102 5:3, TBV0107 8:3
@t = private unnamed_addr constant [2 x i32] [i32 trunc (i64 sub (i64 ptrtoint (ptr blockaddress(@g, %a) to i64), i64 ptrtoint (ptr @t to i64)) to i32), i32 trunc (i64 sub (i64 ptrtoint (ptr blockaddress(@g, %b) to i64), i64 ptrtoint (ptr @t to i64)) to i32)]
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

;; a thread-local variable | TBV0108 1:1
@t = thread_local global i32 0

;; an ifunc | TBV0108 1:1
@i = ifunc void (), ptr @r
declare ptr @r()

;; prologue data | TBV0108 1:1
define void @f() prologue i32 7 {
  ret void
}

;; prefix data | TBV0108 1:1
define void @f() prefix i32 7 {
  ret void
}

;; a garbage collector | TBV0108 1:1
define void @f() gc "statepoint-example" {
  ret void
}

;; a mask of the module's own | TBV0104 7:3
@__tbx_icall_table = external hidden global i8
@__tbx_icall_mask = global i8 0
define void @f(i64 %i) {
  %o = add i64 %i, 1
  %m = and i64 %o, ptrtoint (ptr @__tbx_icall_mask to i64)
  %c = getelementptr i8, ptr @__tbx_icall_table, i64 %m
  call void %c()
  ret void
}

;; a table of the module's own | TBV0104 7:3
@__tbx_icall_table = internal global i8 0
@__tbx_icall_mask = external hidden global i8
define void @f(i64 %i) {
  %o = add i64 %i, 1
  %m = and i64 %o, ptrtoint (ptr @__tbx_icall_mask to i64)
  %c = getelementptr i8, ptr @__tbx_icall_table, i64 %m
  call void %c()
  ret void
}

