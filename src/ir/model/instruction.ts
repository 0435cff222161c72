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

export interface Ret extends InstructionBase {
  readonly kind: 'ret';
  /** Undefined for `ret void`. */
  readonly value: TypedValue | undefined;
}

export interface Br extends InstructionBase {
  readonly kind: 'br';
  /** Undefined for an unconditional branch, which has only `ifTrue`. */
  readonly condition: TypedValue | undefined;
  readonly ifTrue: string;
  readonly ifFalse: string | undefined;
}

export interface SwitchCase {
  readonly value: TypedValue;
  readonly target: string;
}

export interface Switch extends InstructionBase {
  readonly kind: 'switch';
  readonly value: TypedValue;
  readonly defaultTarget: string;
  readonly cases: readonly SwitchCase[];
}

export interface IndirectBr extends InstructionBase {
  readonly kind: 'indirectbr';
  readonly address: TypedValue;
  readonly targets: readonly string[];
}

export interface Resume extends InstructionBase {
  readonly kind: 'resume';
  readonly value: TypedValue;
}

export interface CatchSwitch extends InstructionBase {
  readonly kind: 'catchswitch';
  readonly parent: Value;
  readonly handlers: readonly string[];
  /** Undefined: `unwind to caller`. */
  readonly unwind: string | undefined;
}

export interface CatchRet extends InstructionBase {
  readonly kind: 'catchret';
  readonly pad: Value;
  readonly target: string;
}

export interface CleanupRet extends InstructionBase {
  readonly kind: 'cleanupret';
  readonly pad: Value;
  readonly unwind: string | undefined;
}

export interface Unreachable extends InstructionBase {
  readonly kind: 'unreachable';
}

// Unary, binary, vector and aggregate operations

export interface FNeg extends InstructionBase {
  readonly kind: 'fneg';
  readonly flags: readonly string[];
  readonly operand: TypedValue;
}

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

export interface Binary extends InstructionBase {
  readonly kind: 'binary';
  readonly opcode: BinaryOpcode;
  /** `nuw`, `nsw`, `exact`, `disjoint` and fast-math flags, in order. */
  readonly flags: readonly string[];
  readonly type: Type;
  readonly left: Value;
  readonly right: Value;
}

export interface ExtractElement extends InstructionBase {
  readonly kind: 'extractelement';
  readonly vector: TypedValue;
  readonly index: TypedValue;
}

export interface InsertElement extends InstructionBase {
  readonly kind: 'insertelement';
  readonly vector: TypedValue;
  readonly element: TypedValue;
  readonly index: TypedValue;
}

export interface ShuffleVector extends InstructionBase {
  readonly kind: 'shufflevector';
  readonly left: TypedValue;
  readonly right: TypedValue;
  readonly mask: TypedValue;
}

export interface ExtractValue extends InstructionBase {
  readonly kind: 'extractvalue';
  readonly aggregate: TypedValue;
  readonly indices: readonly number[];
}

export interface InsertValue extends InstructionBase {
  readonly kind: 'insertvalue';
  readonly aggregate: TypedValue;
  readonly element: TypedValue;
  readonly indices: readonly number[];
}

// Memory access and addressing

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

export interface Load extends InstructionBase {
  readonly kind: 'load';
  readonly volatile: boolean;
  readonly type: Type;
  readonly pointer: TypedValue;
  /** Undefined: not atomic. */
  readonly atomic: AtomicOrdering | undefined;
  readonly alignment: number | undefined;
}

export interface Store extends InstructionBase {
  readonly kind: 'store';
  readonly volatile: boolean;
  readonly value: TypedValue;
  readonly pointer: TypedValue;
  readonly atomic: AtomicOrdering | undefined;
  readonly alignment: number | undefined;
}

export interface Fence extends InstructionBase {
  readonly kind: 'fence';
  readonly atomic: AtomicOrdering;
}

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

export interface GetElementPtr extends InstructionBase {
  readonly kind: 'getelementptr';
  /** `inbounds`, `nusw`, `nuw`. */
  readonly flags: readonly string[];
  readonly sourceElementType: Type;
  readonly pointer: TypedValue;
  readonly indices: readonly TypedValue[];
}

// Conversions

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

export interface Cast extends InstructionBase {
  readonly kind: 'cast';
  readonly opcode: CastOpcode;
  readonly flags: readonly string[];
  readonly operand: TypedValue;
  readonly type: Type;
}

// Other operations

export interface ICmp extends InstructionBase {
  readonly kind: 'icmp';
  /** `samesign`. */
  readonly flags: readonly string[];
  readonly predicate: string;
  readonly type: Type;
  readonly left: Value;
  readonly right: Value;
}

export interface FCmp extends InstructionBase {
  readonly kind: 'fcmp';
  readonly flags: readonly string[];
  readonly predicate: string;
  readonly type: Type;
  readonly left: Value;
  readonly right: Value;
}

export interface PhiEdge {
  readonly value: Value;
  readonly block: string;
}

export interface Phi extends InstructionBase {
  readonly kind: 'phi';
  readonly flags: readonly string[];
  readonly type: Type;
  readonly incoming: readonly PhiEdge[];
}

export interface Select extends InstructionBase {
  readonly kind: 'select';
  readonly flags: readonly string[];
  readonly condition: TypedValue;
  readonly ifTrue: TypedValue;
  readonly ifFalse: TypedValue;
}

export interface Freeze extends InstructionBase {
  readonly kind: 'freeze';
  readonly operand: TypedValue;
}

export interface VAArg extends InstructionBase {
  readonly kind: 'va_arg';
  readonly list: TypedValue;
  readonly type: Type;
}

export interface LandingPadClause {
  readonly kind: 'catch' | 'filter';
  readonly value: TypedValue;
}

export interface LandingPad extends InstructionBase {
  readonly kind: 'landingpad';
  readonly type: Type;
  readonly cleanup: boolean;
  readonly clauses: readonly LandingPadClause[];
}

export interface FuncletPad extends InstructionBase {
  readonly kind: 'catchpad' | 'cleanuppad';
  readonly parent: Value;
  readonly arguments: readonly TypedValue[];
}

// Calls

export interface Argument {
  readonly type: Type;
  readonly attributes: readonly Attribute[];
  readonly value: Value;
}

export interface OperandBundle {
  /** With its quotes. */
  readonly tag: string;
  readonly inputs: readonly TypedValue[];
}

export interface CallBase extends InstructionBase {
  /** `cc 10`, `fastcc`, …; undefined for the C convention. */
  readonly callingConvention: string | undefined;
  readonly returnAttributes: readonly Attribute[];
  readonly addressSpace: number | string | undefined;
  readonly calleeType: CalleeType;
  readonly callee: Value;
  readonly arguments: readonly Argument[];
  /** `...` behind the arguments: `musttail` in a variadic function passes its own variadic arguments on. */
  readonly forwardsVariadic?: boolean;
  readonly functionAttributes: readonly Attribute[];
  readonly bundles: readonly OperandBundle[];
}

export interface Call extends CallBase {
  readonly kind: 'call';
  readonly tail: 'tail' | 'musttail' | 'notail' | undefined;
  readonly flags: readonly string[];
}

export interface Invoke extends CallBase {
  readonly kind: 'invoke';
  readonly normal: string;
  readonly unwind: string;
}

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
