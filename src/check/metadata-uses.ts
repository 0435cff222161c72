/** Metadata inside functions: attachments, operands and debug records. */
import type {
  Call,
  CallBr,
  DebugRecord,
  Invoke,
  Metadata,
  MetadataAttachment,
  Span,
} from '../ir/index.js';
import { checkMetadata } from './metadata.js';
import type { BodyScope, ModuleScope, Place } from './scope.js';

/** How many operands each debug record has, and which of them are values. */
const RECORDS: {
  readonly [name: string]: { readonly count: number; readonly values: readonly number[] };
} = {
  dbg_value: { count: 4, values: [0] },
  dbg_declare: { count: 4, values: [0] },
  dbg_declare_value: { count: 4, values: [0] },
  dbg_assign: { count: 7, values: [0, 4] },
  dbg_label: { count: 2, values: [] },
};

/** Checks `!dbg !7` behind an instruction or a global. */
export function checkAttachments(
  scope: ModuleScope,
  attachments: readonly MetadataAttachment[],
  place: Place,
): void {
  for (const { name, node } of attachments) {
    if (node.kind === 'reference' || node.kind === 'tuple' || node.kind === 'node') {
      checkMetadata(scope, node, { ...place, locals: undefined });
      continue;
    }
    const where = scope.findings.locate(name, place);
    scope.findings.report('TBX0413', `'${name}' must be followed by a node`, where);
  }
}

/** Checks a `metadata` operand of a call: the one place where a local can be metadata. */
export function checkMetadataOperand(scope: BodyScope, metadata: Metadata, place: Place): void {
  checkMetadata(scope, metadata, place);
}

export function checkDebugRecord(
  scope: BodyScope,
  { name, operands }: DebugRecord,
  place: Place,
): void {
  checkDebugForm(scope, 'records', place);
  const rule = RECORDS[name];
  if (rule !== undefined && rule.count !== operands.length) {
    const message = `'#${name}' has ${rule.count} operands, here are ${operands.length}`;
    scope.findings.report('TBX0418', message, place);
  }
  for (const [at, operand] of operands.entries()) {
    if (operand.kind === 'value' && rule?.values.includes(at) === false) {
      scope.findings.report('TBX0418', `operand ${at} of '#${name}' must be a node`, place);
    } else checkMetadata(scope, operand, place);
  }
}

const DEBUG_INTRINSIC = /^@llvm\.dbg\.(?:value|declare|assign)$/;

export function checkDebugIntrinsic(scope: BodyScope, call: Call | Invoke | CallBr): void {
  const { callee } = call;
  if (callee.kind === 'global' && DEBUG_INTRINSIC.test(callee.name)) {
    checkDebugForm(scope, 'intrinsics', call);
  }
}

/** A module has debug records or debug intrinsics, not both. */
function checkDebugForm(scope: BodyScope, form: 'records' | 'intrinsics', span: Span): void {
  scope.debugForm.found ??= form;
  if (scope.debugForm.found === form) return;
  const message = `this module has debug ${scope.debugForm.found}, which do not mix with ${form}`;
  scope.findings.report('TBX0418', message, span);
}
