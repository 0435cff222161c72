/**
 * Instructions, one interface a form of LangRef.
 *
 * Instructions are immutable. A pass that changes one makes a copy with {@link InstructionBase.verbatim} false; the
 * printer prints such a copy from the tree, and every other one as it stands in the source.
 *
 * @see LangRef, "Instruction Reference"
 */
import type { Attribute } from './attribute.js';
import type { Metadata, MetadataAttachment } from './metadata.js';
import type { Type } from './type.js';
import type { CalleeType, TypedValue, Value } from './value.js';

/** What all instructions have. */
export interface InstructionBase {
  /** The name that the instruction defines, with its sigil; undefined for a void result. */
  readonly result: string | undefined;
  readonly attachments: readonly MetadataAttachment[];
  /** Offsets in the source: of the instruction itself, or of the one that it was made for. */
  readonly start: number;
  readonly end: number;
  /** Whether the source text from `start` to `end` is this instruction, unchanged. */
  readonly verbatim: boolean;
}

// Terminators. Labels are names with their sigil: `%entry`.

/** `ret void`, `ret i32 %x` */
export interface Ret extends InstructionBase {
  readonly kind: 'ret';
  /** Undefined for `ret void`. */
  readonly value: TypedValue | undefined;
}

/** `br label %a`, `br i1 %c, label %a, label %b` */
export interface Br extends InstructionBase {
  readonly kind: 'br';
  /** Undefined for an unconditional branch, which has only `ifTrue`. */
  readonly condition: TypedValue | undefined;
  readonly ifTrue: string;
  readonly ifFalse: string | undefined;
}

/** One line of a `switch`: `i32 1, label %a` */
export interface SwitchCase {
  readonly value: TypedValue;
  readonly target: string;
}

/** `switch i32 %x, label %default [ i32 1, label %a ]` */
export interface Switch extends InstructionBase {
  readonly kind: 'switch';
  readonly value: TypedValue;
  readonly defaultTarget: string;
  readonly cases: readonly SwitchCase[];
}

/** `indirectbr ptr %p, [label %a, label %b]` */
export interface IndirectBr extends InstructionBase {
  readonly kind: 'indirectbr';
  readonly address: TypedValue;
  readonly targets: readonly string[];
}

/** `resume { ptr, i32 } %l` */
export interface Resume extends InstructionBase {
  readonly kind: 'resume';
  readonly value: TypedValue;
}

/** `%s = catchswitch within none [label %a] unwind to caller` */
export interface CatchSwitch extends InstructionBase {
  readonly kind: 'catchswitch';
  readonly parent: Value;
  readonly handlers: readonly string[];
  /** Undefined: `unwind to caller`. */
  readonly unwind: string | undefined;
}

/** `catchret from %p to label %a` */
export interface CatchRet extends InstructionBase {
  readonly kind: 'catchret';
  readonly pad: Value;
  readonly target: string;
}

/** `cleanupret from %p unwind label %a` */
export interface CleanupRet extends InstructionBase {
  readonly kind: 'cleanupret';
  readonly pad: Value;
  readonly unwind: string | undefined;
}

/** `unreachable` */
export interface Unreachable extends InstructionBase {
  readonly kind: 'unreachable';
}

// Unary, binary, vector and aggregate operations

/** `%r = fneg float %x` */
export interface FNeg extends InstructionBase {
  readonly kind: 'fneg';
  readonly flags: readonly string[];
  readonly operand: TypedValue;
}

/** Arithmetic and bitwise operations of two operands of one type. */
export type BinaryOpcode =
  | 'add'
  | 'fadd'
  | 'sub'
  | 'fsub'
  | 'mul'
  | 'fmul'
  | 'udiv'
  | 'sdiv'
  | 'fdiv'
  | 'urem'
  | 'srem'
  | 'frem'
  | 'shl'
  | 'lshr'
  | 'ashr'
  | 'and'
  | 'or'
  | 'xor';

/** `%r = add nuw i32 %x, 1` */
export interface Binary extends InstructionBase {
  readonly kind: 'binary';
  readonly opcode: BinaryOpcode;
  /** `nuw`, `nsw`, `exact`, `disjoint` and fast-math flags, in order. */
  readonly flags: readonly string[];
  readonly type: Type;
  readonly left: Value;
  readonly right: Value;
}

/** `%r = extractelement <4 x i32> %v, i64 1` */
export interface ExtractElement extends InstructionBase {
  readonly kind: 'extractelement';
  readonly vector: TypedValue;
  readonly index: TypedValue;
}

/** `%r = insertelement <4 x i32> %v, i32 %x, i64 1` */
export interface InsertElement extends InstructionBase {
  readonly kind: 'insertelement';
  readonly vector: TypedValue;
  readonly element: TypedValue;
  readonly index: TypedValue;
}

/** `%r = shufflevector <4 x i32> %a, <4 x i32> %b, <2 x i32> <i32 1, i32 5>` */
export interface ShuffleVector extends InstructionBase {
  readonly kind: 'shufflevector';
  readonly left: TypedValue;
  readonly right: TypedValue;
  readonly mask: TypedValue;
}

/** `%r = extractvalue { i32, ptr } %a, 1` */
export interface ExtractValue extends InstructionBase {
  readonly kind: 'extractvalue';
  readonly aggregate: TypedValue;
  readonly indices: readonly number[];
}

/** `%r = insertvalue { i32, ptr } %a, ptr %p, 1` */
export interface InsertValue extends InstructionBase {
  readonly kind: 'insertvalue';
  readonly aggregate: TypedValue;
  readonly element: TypedValue;
  readonly indices: readonly number[];
}

// Memory access and addressing

/** `%p = alloca [4 x i8], i64 %n, align 16` */
export interface Alloca extends InstructionBase {
  readonly kind: 'alloca';
  readonly inalloca: boolean;
  readonly swifterror: boolean;
  readonly allocatedType: Type;
  readonly count: TypedValue | undefined;
  readonly alignment: number | undefined;
  /** Undefined: the data layout's alloca address space, 0 on x86-64. */
  readonly addressSpace: number | string | undefined;
}

/** `syncscope("…") ordering`; the scope as spelled with quotes. */
export interface AtomicOrdering {
  readonly syncScope: string | undefined;
  readonly ordering: string;
}

/** `%r = load volatile i32, ptr %p, align 4` */
export interface Load extends InstructionBase {
  readonly kind: 'load';
  readonly volatile: boolean;
  readonly type: Type;
  readonly pointer: TypedValue;
  /** Undefined: not atomic. */
  readonly atomic: AtomicOrdering | undefined;
  readonly alignment: number | undefined;
}

/** `store atomic i32 %x, ptr %p release, align 4` */
export interface Store extends InstructionBase {
  readonly kind: 'store';
  readonly volatile: boolean;
  readonly value: TypedValue;
  readonly pointer: TypedValue;
  readonly atomic: AtomicOrdering | undefined;
  readonly alignment: number | undefined;
}

/** `fence syncscope("singlethread") seq_cst` */
export interface Fence extends InstructionBase {
  readonly kind: 'fence';
  readonly atomic: AtomicOrdering;
}

/** `%r = cmpxchg weak ptr %p, i32 %old, i32 %new acq_rel monotonic` */
export interface CmpXchg extends InstructionBase {
  readonly kind: 'cmpxchg';
  readonly weak: boolean;
  readonly volatile: boolean;
  readonly pointer: TypedValue;
  readonly expected: TypedValue;
  readonly replacement: TypedValue;
  readonly success: AtomicOrdering;
  readonly failureOrdering: string;
  readonly alignment: number | undefined;
}

/** `%r = atomicrmw add ptr %p, i32 1 seq_cst` */
export interface AtomicRMW extends InstructionBase {
  readonly kind: 'atomicrmw';
  readonly volatile: boolean;
  /** `xchg`, `add`, `umax`, `fadd`, `usub_sat` … */
  readonly operation: string;
  readonly pointer: TypedValue;
  readonly value: TypedValue;
  readonly atomic: AtomicOrdering;
  readonly alignment: number | undefined;
}

/** `%r = getelementptr inbounds nuw %t, ptr %p, i64 0, i32 1` */
export interface GetElementPtr extends InstructionBase {
  readonly kind: 'getelementptr';
  /** `inbounds`, `nusw`, `nuw`. */
  readonly flags: readonly string[];
  readonly sourceElementType: Type;
  readonly pointer: TypedValue;
  readonly indices: readonly TypedValue[];
}

// Conversions

/** Conversions of one operand to another type. */
export type CastOpcode =
  | 'trunc'
  | 'zext'
  | 'sext'
  | 'fptrunc'
  | 'fpext'
  | 'fptoui'
  | 'fptosi'
  | 'uitofp'
  | 'sitofp'
  | 'ptrtoint'
  | 'ptrtoaddr'
  | 'inttoptr'
  | 'bitcast'
  | 'addrspacecast';

/** `%r = zext nneg i32 %x to i64` */
export interface Cast extends InstructionBase {
  readonly kind: 'cast';
  readonly opcode: CastOpcode;
  readonly flags: readonly string[];
  readonly operand: TypedValue;
  readonly type: Type;
}

// Other operations

/** `%r = icmp samesign ult i32 %x, %y` */
export interface ICmp extends InstructionBase {
  readonly kind: 'icmp';
  /** `samesign`. */
  readonly flags: readonly string[];
  readonly predicate: string;
  readonly type: Type;
  readonly left: Value;
  readonly right: Value;
}

/** `%r = fcmp nnan olt double %x, %y` */
export interface FCmp extends InstructionBase {
  readonly kind: 'fcmp';
  readonly flags: readonly string[];
  readonly predicate: string;
  readonly type: Type;
  readonly left: Value;
  readonly right: Value;
}

/** One `[ value, block ]` of a `phi`; the block with its sigil. */
export interface PhiEdge {
  readonly value: Value;
  readonly block: string;
}

/** `%r = phi i32 [ 0, %entry ], [ %n, %loop ]` */
export interface Phi extends InstructionBase {
  readonly kind: 'phi';
  readonly flags: readonly string[];
  readonly type: Type;
  readonly incoming: readonly PhiEdge[];
}

/** `%r = select i1 %c, i32 %x, i32 %y` */
export interface Select extends InstructionBase {
  readonly kind: 'select';
  readonly flags: readonly string[];
  readonly condition: TypedValue;
  readonly ifTrue: TypedValue;
  readonly ifFalse: TypedValue;
}

/** `%r = freeze i32 %x` */
export interface Freeze extends InstructionBase {
  readonly kind: 'freeze';
  readonly operand: TypedValue;
}

/** `%r = va_arg ptr %list, i32` */
export interface VAArg extends InstructionBase {
  readonly kind: 'va_arg';
  readonly list: TypedValue;
  readonly type: Type;
}

/** `catch ptr @type`, `filter [1 x ptr] [ptr @type]` */
export interface LandingPadClause {
  readonly kind: 'catch' | 'filter';
  readonly value: TypedValue;
}

/** `%r = landingpad { ptr, i32 } cleanup` */
export interface LandingPad extends InstructionBase {
  readonly kind: 'landingpad';
  readonly type: Type;
  readonly cleanup: boolean;
  readonly clauses: readonly LandingPadClause[];
}

/** `%p = catchpad within %s [ptr null]`, `%p = cleanuppad within none []` */
export interface FuncletPad extends InstructionBase {
  readonly kind: 'catchpad' | 'cleanuppad';
  readonly parent: Value;
  readonly arguments: readonly TypedValue[];
}

// Calls

/** `ptr noundef %p` of a call */
export interface Argument {
  readonly type: Type;
  readonly attributes: readonly Attribute[];
  readonly value: Value;
}

/** `"deopt"(i32 %x)` behind a call */
export interface OperandBundle {
  /** With its quotes. */
  readonly tag: string;
  readonly inputs: readonly TypedValue[];
}

/** What `call`, `invoke` and `callbr` have in common. */
export interface CallBase extends InstructionBase {
  /** `cc 10`, `fastcc`, …; undefined for the C convention. */
  readonly callingConvention: string | undefined;
  readonly returnAttributes: readonly Attribute[];
  readonly addressSpace: number | string | undefined;
  readonly calleeType: CalleeType;
  readonly callee: Value;
  readonly arguments: readonly Argument[];
  /** `...` behind the arguments: `musttail` in a variadic function passes its own variadic arguments on. */
  readonly forwardsVariadic: boolean;
  readonly functionAttributes: readonly Attribute[];
  readonly bundles: readonly OperandBundle[];
}

/** `%r = tail call i32 @f(ptr %p) #1` */
export interface Call extends CallBase {
  readonly kind: 'call';
  readonly tail: 'tail' | 'musttail' | 'notail' | undefined;
  readonly flags: readonly string[];
}

/** `invoke void @f() to label %a unwind label %b` */
export interface Invoke extends CallBase {
  readonly kind: 'invoke';
  readonly normal: string;
  readonly unwind: string;
}

/** `callbr void asm "", "!i"() to label %a [label %b]` */
export interface CallBr extends CallBase {
  readonly kind: 'callbr';
  readonly fallthrough: string;
  readonly indirect: readonly string[];
}

// Lines of a body that are not instructions

/** `#dbg_value(…)`, `#dbg_declare(…)`, `#dbg_assign(…)`, `#dbg_label(…)`. */
export interface DebugRecord extends InstructionBase {
  readonly kind: 'debug-record';
  /** `dbg_value`. */
  readonly name: string;
  readonly operands: readonly Metadata[];
}

/** `uselistorder type value, { … }`; only the order in memory depends on it, so its operands stay text. */
export interface UseListOrder extends InstructionBase {
  readonly kind: 'uselistorder';
  readonly text: string;
}

/** What ends a block. */
export type Terminator =
  | Ret
  | Br
  | Switch
  | IndirectBr
  | Invoke
  | CallBr
  | Resume
  | CatchSwitch
  | CatchRet
  | CleanupRet
  | Unreachable;

/** Any line of a body, debug records and use-list orders included. */
export type Instruction =
  | Terminator
  | FNeg
  | Binary
  | ExtractElement
  | InsertElement
  | ShuffleVector
  | ExtractValue
  | InsertValue
  | Alloca
  | Load
  | Store
  | Fence
  | CmpXchg
  | AtomicRMW
  | GetElementPtr
  | Cast
  | ICmp
  | FCmp
  | Phi
  | Select
  | Freeze
  | VAArg
  | Call
  | LandingPad
  | FuncletPad
  | DebugRecord
  | UseListOrder;
