/** @see LangRef, "Metadata" */
import { parseMetadataNode } from '../ir/index.js';
import type {
  Metadata,
  MetadataDefinition,
  MetadataField,
  MetadataFieldValue,
} from '../ir/index.js';
import type { CheckCode } from './findings.js';
import { LIST_NODES, NODE_FIELDS } from './metadata-table.js';
import { fieldProblem } from './metadata-values.js';
import type { ModuleScope, Place } from './scope.js';
import { checkOperand } from './values.js';

type Node = Extract<Metadata, { kind: 'node' }>;

const MAXIMUM_ELEMENT = 0xffff_ffff_ffff_ffffn;

/** Checks `!12 = …`. */
export function checkMetadataDefinition(scope: ModuleScope, definition: MetadataDefinition): void {
  const { value, diagnostics } = parseMetadataNode(definition);
  scope.findings.add(diagnostics);
  const { start, end } = definition;
  if (value !== undefined) checkTopLevel(scope, value, { start, end, locals: undefined });
}

/** Checks a node that stands outside of functions. */
export function checkTopLevel(scope: ModuleScope, metadata: Metadata, place: Place): void {
  if (metadata.kind !== 'node' || metadata.name !== '!DIArgList') {
    checkMetadata(scope, metadata, place);
    return;
  }
  const message = "'!DIArgList' can only be an operand inside a function";
  report(scope, place, 'TBX0413', message, metadata.name);
}

/** Checks metadata with all that it contains. Names of locals cannot stand inside nodes. */
export function checkMetadata(scope: ModuleScope, metadata: Metadata, place: Place): void {
  switch (metadata.kind) {
    case 'reference':
      if (scope.module.metadata.has(metadata.id)) return;
      report(scope, place, 'TBX0401', `'${metadata.id}' is not defined`, metadata.id);
      return;
    case 'tuple':
      for (const element of metadata.elements) checkMetadata(scope, element, inNode(place));
      return;
    case 'node':
      checkNode(scope, metadata, place);
      return;
    case 'value':
      checkMetadataValue(scope, metadata, place);
      return;
    case 'string':
    case 'null':
      return;
  }
}

function inNode({ start, end }: Place): Place {
  return { start, end, locals: undefined };
}

function checkMetadataValue(
  scope: ModuleScope,
  { value }: Extract<Metadata, { kind: 'value' }>,
  place: Place,
): void {
  if (value.type.kind === 'metadata') {
    report(
      scope,
      place,
      'TBX0413',
      "metadata has no type: 'metadata' stands in front of operands only",
    );
  } else checkOperand(scope, value, { ...place, inMetadata: true });
}

function checkNode(scope: ModuleScope, node: Node, place: Place): void {
  if (LIST_NODES.has(node.name)) {
    checkListNode(scope, node, place);
    return;
  }
  const rules = NODE_FIELDS.get(node.name);
  if (rules === undefined) {
    report(scope, place, 'TBX0412', `'${node.name}' is no kind of metadata`, node.name);
    return;
  }
  const seen = new Set<string>();
  for (const field of node.fields) checkField(scope, node, field, seen, place);
  for (const [name, { required }] of rules) {
    if (required && !seen.has(name)) reportMissing(scope, node, name, place);
  }
  if (node.name === '!DICompileUnit' && !seen.has('language') && !seen.has('sourceLanguageName')) {
    reportMissing(scope, node, 'language', place);
  }
  checkDistinct(scope, node, place);
}

/** LLVM says so at the closing parenthesis; of a node inside another, only the start is known. */
function reportMissing(scope: ModuleScope, { name }: Node, field: string, place: Place): void {
  const { text } = scope.findings.source;
  const closes = text.charCodeAt(place.end - 1) === 0x29;
  const where = closes
    ? { start: place.end - 1, end: place.end }
    : scope.findings.locate(name, place);
  scope.findings.report('TBX0412', `'${name}' lacks the field '${field}'`, where);
}

function checkField(
  scope: ModuleScope,
  { name }: Node,
  { key, value }: MetadataField,
  seen: Set<string>,
  place: Place,
): void {
  const rule = key === undefined ? undefined : NODE_FIELDS.get(name)?.get(key);
  if (key === undefined || rule === undefined) {
    report(scope, place, 'TBX0412', `'${name}' has no field '${key ?? ''}'`, key);
    return;
  }
  if (seen.has(key)) report(scope, place, 'TBX0412', `the field '${key}' stands here twice`, key);
  seen.add(key);
  const problem = fieldProblem(rule.kind, value);
  if (problem !== undefined) report(scope, place, 'TBX0412', `'${key}': ${problem}`, key);
  checkFieldValue(scope, value, inNode(place));
}

function checkFieldValue(scope: ModuleScope, value: MetadataFieldValue, place: Place): void {
  if (value.kind === 'metadata') checkMetadata(scope, value.metadata, place);
  else if (value.kind === 'list') {
    for (const element of value.elements) checkFieldValue(scope, element, place);
  }
}

function checkDistinct(scope: ModuleScope, node: Node, place: Place): void {
  if (node.distinct || !needsDistinct(node)) return;
  report(scope, place, 'TBX0412', `this '${node.name}' must be 'distinct'`, node.name);
}

function needsDistinct(node: Node): boolean {
  if (node.name === '!DICompileUnit' || node.name === '!DIAssignID') return true;
  if (node.name !== '!DISubprogram') return false;
  const flags = textOf(node, 'spFlags');
  if (flags === undefined) return textOf(node, 'isDefinition') !== 'false';
  return flags.split(' | ').some((flag) => flag === 'DISPFlagDefinition' || isDefinition(flag));
}

/** Whether the bit for definitions is set in a number. */
function isDefinition(flags: string): boolean {
  return /^[0-9]{1,9}$/.test(flags) && (Number(flags) & 8) !== 0;
}

function textOf({ fields }: Node, name: string): string | undefined {
  const value = fields.find(({ key }) => key === name)?.value;
  return value?.kind === 'text' ? value.text : undefined;
}

function checkListNode(scope: ModuleScope, node: Node, place: Place): void {
  if (node.name === '!DIArgList') {
    for (const { value } of node.fields) checkFieldValue(scope, value, place);
    return;
  }
  for (const { value } of node.fields) {
    const problem = value.kind === 'text' ? elementProblem(value.text) : 'metadata';
    if (problem === undefined) continue;
    report(scope, place, 'TBX0412', `${problem} cannot stand in an expression`, node.name);
  }
}

/** Operations, encodings and unsigned numbers. */
function elementProblem(text: string): string | undefined {
  if (/^DW_(?:OP|ATE)_\w+$/.test(text)) return undefined;
  if (!/^[0-9]+$/.test(text)) return `'${text}'`;
  return text.length > 20 || BigInt(text) > MAXIMUM_ELEMENT ? `the number ${text}` : undefined;
}

function report(
  scope: ModuleScope,
  place: Place,
  code: CheckCode,
  message: string,
  word = '!',
): void {
  scope.findings.report(code, message, scope.findings.locate(word, place));
}
