/** The values of metadata fields, kind by kind. */
import type { Metadata, MetadataFieldValue } from '../ir/index.js';
import { ENCODINGS, LANGUAGES, MACROS, TAGS, VIRTUALITIES } from './dwarf-names.js';
import type { FieldKind } from './metadata-table.js';

/** A number with its bounds, or a word of a list; 16 bits unless a limit is given. */
interface WordRule {
  readonly what: string;
  readonly limit: bigint;
  readonly isWord: (text: string) => boolean;
}

const U16 = 0xffffn;
const U32 = 0xffff_ffffn;
const U64 = 0xffff_ffff_ffff_ffffn;
const S64 = 0x7fff_ffff_ffff_ffffn;

const UNSIGNED: { readonly [Kind in FieldKind]?: bigint } = {
  u3: 7n,
  u16: U16,
  u32: U32,
  u64: U64,
};

const DEBUG_FLAG =
  /^DIFlag(?:Zero|Private|Protected|Public|FwdDecl|AppleBlock|ReservedBit4|BlockByrefStruct|Virtual|Artificial|Explicit|Prototyped|ObjcClassComplete|ObjectPointer|Vector|StaticMember|LValueReference|RValueReference|ExportSymbols|SingleInheritance|MultipleInheritance|VirtualInheritance|IntroducedVirtual|BitField|NoReturn|TypePassByValue|TypePassByReference|EnumClass|Thunk|NonTrivial|BigEndian|LittleEndian|AllCallsDescribed|IndirectVirtualBase|NameIsSimplified|ArgumentNotModified|Reserved)$/;
const SUBPROGRAM_FLAG =
  /^DISPFlag(?:Zero|Virtual|PureVirtual|LocalToUnit|Definition|Optimized|Pure|Elemental|Recursive|MainSubprogram|Deleted|ObjCDirect|Nonvirtual)$/;

const WORDS: { readonly [Kind in FieldKind]?: WordRule } = {
  tag: { what: 'DWARF tag', limit: U16, isWord: (text) => TAGS.has(text) },
  language: { what: 'DWARF language', limit: U16, isWord: (text) => LANGUAGES.has(text) },
  'language-name': {
    what: 'DWARF language name',
    limit: U16,
    isWord: (text) => /^DW_LNAME_\w+$/.test(text),
  },
  encoding: { what: 'DWARF encoding', limit: 0xffn, isWord: (text) => ENCODINGS.has(text) },
  virtuality: { what: 'DWARF virtuality', limit: 2n, isWord: (text) => VIRTUALITIES.has(text) },
  convention: {
    what: 'DWARF calling convention',
    limit: 0xffn,
    isWord: (text) => /^DW_CC_\w+$/.test(text),
  },
  macro: { what: 'DWARF macro type', limit: 0xffn, isWord: (text) => MACROS.has(text) },
  emission: {
    what: 'emission kind',
    limit: 3n,
    isWord: (text) => /^(?:NoDebug|FullDebug|LineTablesOnly|DebugDirectivesOnly)$/.test(text),
  },
  'name-table': {
    what: 'name table kind',
    limit: 3n,
    isWord: (text) => /^(?:Default|GNU|None|Apple)$/.test(text),
  },
  flags: { what: 'flag', limit: U32, isWord: (text) => DEBUG_FLAG.test(text) },
  'subprogram-flags': {
    what: 'flag of subprograms',
    limit: U32,
    isWord: (text) => SUBPROGRAM_FLAG.test(text),
  },
};

/** What is wrong with the value of a field; undefined when nothing is. */
export function fieldProblem(kind: FieldKind, value: MetadataFieldValue): string | undefined {
  const word = WORDS[kind];
  if (word !== undefined) return wordsProblem(word, kind, value);
  const limit = UNSIGNED[kind];
  if (limit !== undefined) return numberProblem(value, 0n, limit);
  switch (kind) {
    case 'node':
      return isNode(value) ? undefined : 'metadata is needed here';
    case 'present':
      if (!isNode(value)) return 'metadata is needed here';
      return isNull(value) ? "'null' cannot stand here" : undefined;
    case 'bound':
      return boundProblem(value, -S64 - 1n);
    case 'count':
      return isNull(value) ? "'null' cannot stand here" : boundProblem(value, -1n);
    case 'size':
      return isNode(value) ? undefined : numberProblem(value, 0n, U64);
    case 's32':
      return numberProblem(value, -(2n ** 31n), 2n ** 31n - 1n);
    case 'integer':
      return isNumber(value) ? undefined : 'a number is needed here';
    case 'string':
      return stringText(value) === undefined ? 'a string is needed here' : undefined;
    case 'filled-string':
      if (stringText(value) === '""') return 'an empty string cannot stand here';
      return stringText(value) === undefined ? 'a string is needed here' : undefined;
    case 'boolean':
      return isText(value, /^(?:true|false)$/) ? undefined : "'true' or 'false' is needed here";
    case 'list':
      return value.kind === 'list' ? undefined : 'a list of metadata is needed here';
    case 'checksum':
      return isText(value, /^CSK_(?:MD5|SHA1|SHA256)$/) ? undefined : 'this is no checksum kind';
    case 'fixed-point':
    case 'enum-kind':
    default:
      return undefined;
  }
}

function wordsProblem(
  rule: WordRule,
  kind: FieldKind,
  value: MetadataFieldValue,
): string | undefined {
  if (value.kind !== 'text' || value.text.startsWith('"')) return `a ${rule.what} is needed here`;
  const joined = kind === 'flags' || kind === 'subprogram-flags';
  const words = joined ? value.text.split(' | ') : [value.text];
  for (const text of words) {
    const problem = /^-?[0-9]/.test(text)
      ? numberProblem({ kind: 'text', text }, 0n, rule.limit)
      : rule.isWord(text)
        ? undefined
        : `'${text}' is no ${rule.what}`;
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function isText(value: MetadataFieldValue, pattern: RegExp): boolean {
  return value.kind === 'text' && pattern.test(value.text);
}

function isNumber(value: MetadataFieldValue): value is { kind: 'text'; text: string } {
  return isText(value, /^-?[0-9]+$/) || isText(value, /^[us]0x[0-9A-Fa-f]+$/);
}

function stringText(value: MetadataFieldValue): string | undefined {
  return value.kind === 'text' && value.text.startsWith('"') ? value.text : undefined;
}

/** Numbers of hexadecimal form are as wide as LLVM likes. */
function numberProblem(value: MetadataFieldValue, low: bigint, high: bigint): string | undefined {
  if (!isNumber(value))
    return low < 0n ? 'a number is needed here' : 'an unsigned number is needed here';
  if (/^[us]/.test(value.text)) return undefined;
  if (value.text.length > 40) return `the number is out of range: at most ${high}`;
  const number = BigInt(value.text);
  if (number < low && low === 0n) return 'an unsigned number is needed here';
  if (number < low) return `the number is out of range: at least ${low}`;
  return number > high ? `the number is out of range: at most ${high}` : undefined;
}

function boundProblem(value: MetadataFieldValue, low: bigint): string | undefined {
  return isNode(value) ? undefined : numberProblem(value, low, S64);
}

function isNode(value: MetadataFieldValue): value is { kind: 'metadata'; metadata: Metadata } {
  return value.kind === 'metadata';
}

function isNull(value: MetadataFieldValue): boolean {
  return isNode(value) && value.metadata.kind === 'null';
}
