/**
 * Function headers: everything is local to the image, and attributes that ask code generation for accesses, calls or
 * layouts of its own are dropped where the program works without them and refused where it does not.
 */
import type { Attribute, FunctionEntity, MetadataAttachment } from '../ir/model/index.js';
import { attributeName, attributesOf, withoutAttributes } from './attributes.js';
import { isMemoryEffect } from './calls.js';
import type { ModuleContext } from './context.js';
import { imageAddress } from './globals.js';
import { isIntrinsicName } from './intrinsics-table.js';

/** Protections of the native stack, which sandboxed code cannot reach, and requests that only cost here. */
const DROPPED: ReadonlySet<string> = new Set([
  'ssp',
  'sspreq',
  'sspstrong',
  'safestack',
  'stack-protector-buffer-size',
  'probe-stack',
  'stack-probe-size',
]);

/** Attributes whose meaning needs code or accesses that confinement does not know. */
const REFUSED: ReadonlyMap<string, string> = new Map([
  ['trap-func-name', 'a trap would be a call, and could return'],
  ['alignstack', 'the native stack cannot be realigned; align the variables'],
  ['naked', 'the body of a naked function is assembly'],
  ['shadowcallstack', 'the shadow stack lies outside of the window'],
  ['speculative_load_hardening', 'hardened code keeps state in the stack pointer'],
  ['presplitcoroutine', 'coroutines must be lowered before instrumentation'],
  ['split-stack', 'the stack limit is read from the thread of the host'],
  ['patchable-function', 'code cannot be patched in a sandbox'],
  ['patchable-function-entry', 'code cannot be patched in a sandbox'],
  ['patchable-function-prefix', 'code cannot be patched in a sandbox'],
  ['fentry-call', 'profiling hooks are called before there is a frame'],
  ['mcount', 'profiling hooks are called before there is a frame'],
  ['function-instrument', 'XRay patches code'],
  ['xray-instruction-threshold', 'XRay patches code'],
  ['instrument-function-entry', 'code generation would add calls that are not instrumented'],
  ['instrument-function-exit', 'code generation would add calls that are not instrumented'],
  [
    'instrument-function-entry-inlined',
    'code generation would add calls that are not instrumented',
  ],
  ['instrument-function-exit-inlined', 'code generation would add calls that are not instrumented'],
  ['fn_ret_thunk_extern', 'returns would go through a thunk that is not in the image'],
]);

const OWN_SEQUENCES = 'replaces branches or loads by sequences of its own';
const APX = 'has encodings that the verifier does not know: compile with -mno-apxf';

/** Processor features that code generation must not use, and why. */
const REFUSED_FEATURES: ReadonlyMap<string, string> = new Map([
  ['+retpoline', OWN_SEQUENCES],
  ['+retpoline-indirect-calls', OWN_SEQUENCES],
  ['+retpoline-indirect-branches', OWN_SEQUENCES],
  ['+retpoline-external-thunk', OWN_SEQUENCES],
  ['+lvi-cfi', OWN_SEQUENCES],
  ['+lvi-load-hardening', OWN_SEQUENCES],
  ['+seses', OWN_SEQUENCES],
  ['+harden-sls-ret', OWN_SEQUENCES],
  ['+harden-sls-ijmp', OWN_SEQUENCES],
  ['+egpr', APX],
  ['+push2pop2', APX],
  ['+ppx', APX],
  ['+ndd', APX],
  ['+ccmp', APX],
  ['+nf', APX],
  ['+cf', APX],
  ['+zu', APX],
]);

/** A {@link import('./pipeline.js').HeaderPass}. */
export function cleanHeader(header: FunctionEntity, context: ModuleContext): FunctionEntity {
  if (isIntrinsicName(header.name)) return header;
  return {
    ...header,
    preemption: isLocal(header) ? header.preemption : 'dso_local',
    dllStorage: undefined,
    attributes: cleanAttributes(header, context),
    attachments: cleanAttachments(header, context),
  };
}

/** Local linkage implies `dso_local`, and LLVM does not print it there. */
export function isLocal({ linkage }: { readonly linkage: string | undefined }): boolean {
  return linkage === 'internal' || linkage === 'private';
}

/** Code generation touches each page of a large frame, so that no frame steps over the guard below the native stack. */
const PROBED: Attribute = {
  kind: 'string',
  key: '"probe-stack"',
  value: '"inline-asm"',
};

/**
 * A definition's `memory(…)` goes: the body works on the data stack now. (`builtin` and `nobuiltin` of a declaration
 * stay: they are about its name.)
 */
function cleanAttributes(header: FunctionEntity, context: ModuleContext): readonly Attribute[] {
  const isDefinition = header.body !== undefined;
  const kept = withoutAttributes(
    header.attributes,
    context.module,
    (name) => DROPPED.has(name) || (isDefinition && isMemoryEffect(name)),
  );
  return isDefinition ? [...kept, PROBED] : kept;
}

/** With `data`, a function pointer is the function's own address: an immediate, as for variables. */
function cleanAttachments(
  header: FunctionEntity,
  context: ModuleContext,
): readonly MetadataAttachment[] {
  const kept = header.attachments.filter(({ name }) => name !== '!absolute_symbol');
  return context.options.isolation === 'data' ? [...kept, imageAddress(context)] : kept;
}

/** Refuses the attributes that no pass can take away without changing what the program does. */
export function refuseAttributes(
  attributes: readonly Attribute[],
  where: { readonly start: number; readonly end: number },
  context: ModuleContext,
): void {
  for (const attribute of attributesOf(attributes, context.module)) {
    const name = attributeName(attribute);
    const why =
      REFUSED.get(name) ?? (name === 'target-features' ? refusedFeature(attribute) : undefined);
    if (why !== undefined) {
      const code = name === 'naked' ? 'TBX0303' : 'TBX0315';
      context.error(code, where, `the attribute '${name}' is refused: ${why}`);
    }
  }
}

function refusedFeature(attribute: Attribute): string | undefined {
  if (attribute.kind !== 'string' || attribute.value === undefined) return undefined;
  const features = attribute.value.slice(1, -1).split(',');
  const refused = features.find((feature) => REFUSED_FEATURES.has(feature));
  return refused === undefined ? undefined : `'${refused}' ${REFUSED_FEATURES.get(refused) ?? ''}`;
}
