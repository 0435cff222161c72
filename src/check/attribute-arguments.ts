/** What stands between the parentheses of an attribute. */
import type { Attribute } from '../ir/index.js';
import { alignmentProblem } from './alignment.js';

/** What an allocation function may say of itself. */
export const ALLOCATION_KINDS: ReadonlySet<string> = new Set([
  'alloc',
  'realloc',
  'free',
  'uninitialized',
  'zeroed',
  'aligned',
]);
const FLOAT_CLASSES =
  /^(?:all|nan|snan|qnan|inf|pinf|ninf|sub|psub|nsub|zero|pzero|nzero|norm|pnorm|nnorm)$/;
const MAXIMUM_FLOAT_CLASSES = 1023;
const ACCESS = /^(?:none|read|write|readwrite)$/;
const LOCATION = /^(?:argmem|inaccessiblemem|errnomem|target_mem[01])$/;
const CAPTURES = /^(?:ret:)?(?:none|address|address_is_null|provenance|read_provenance)$/;

/** By attribute, what is wrong with the text between its parentheses. */
const STRUCTURED: { readonly [name: string]: (text: string) => string | undefined } = {
  allockind: allocationKindProblem,
  allocsize: allocationSizeProblem,
  captures: capturesProblem,
  initializes: initializesProblem,
  memory: memoryProblem,
  nofpclass: floatClassProblem,
  range: rangeProblem,
  uwtable: (text) => (/^\s*(?:sync|async)\s*$/.test(text) ? undefined : 'sync or async is needed'),
  vscale_range: (text) =>
    /^\s*[0-9]+\s*(?:,\s*[0-9]+\s*)?$/.test(text) ? undefined : 'one or two numbers are needed',
};
/** Attributes that old IR wrote without the type that they need. */
const TYPED: ReadonlySet<string> = new Set(['byval', 'sret', 'inalloca']);

/** What is wrong with the argument of an attribute; undefined when nothing is. */
export function argumentProblem(attribute: Attribute): string | undefined {
  switch (attribute.kind) {
    case 'structured':
      return STRUCTURED[attribute.name]?.(attribute.arguments);
    case 'integer':
      return integerProblem(attribute.name, attribute.value);
    case 'flag':
      return TYPED.has(attribute.name) ? 'a type is needed' : undefined;
    case 'type':
      return attribute.type.kind === 'void' ? "'void' is no type of an object" : undefined;
    case 'string':
    case 'group':
      return undefined;
  }
}

function integerProblem(name: string, value: string): string | undefined {
  const number = Number(value);
  if (name === 'align' || name === 'alignstack') return alignmentProblem(number);
  return number > 0 ? undefined : 'the number of bytes must not be zero';
}

function allocationKindProblem(text: string): string | undefined {
  const words = /^\s*"([^"]*)"\s*$/.exec(text)?.[1]?.split(',');
  if (words === undefined || words[0] === '') return 'a string of kinds is needed';
  const odd = words.find((word) => !ALLOCATION_KINDS.has(word));
  return odd === undefined ? undefined : `'${odd}' is no kind of allocation`;
}

function allocationSizeProblem(text: string): string | undefined {
  const found = /^\s*([0-9]+)\s*(?:,\s*([0-9]+)\s*)?$/.exec(text);
  if (found === null) return 'one or two numbers of parameters are needed';
  return found[1] === found[2] ? 'both numbers name the same parameter' : undefined;
}

function capturesProblem(text: string): string | undefined {
  const words = text.replaceAll(/\s*:\s*/g, ':').split(',');
  const odd = words.find((word) => !CAPTURES.test(word.trim()));
  return odd === undefined ? undefined : `'${odd.trim()}' is nothing that can be captured`;
}

function memoryProblem(text: string): string | undefined {
  const items = text.split(',').map((item) => item.trim());
  for (const [at, item] of items.entries()) {
    const [location = '', access] = item.split(':').map((word) => word.trim());
    if (access === undefined) {
      if (!ACCESS.test(location)) {
        return LOCATION.test(location)
          ? `':' and an access must follow '${location}'`
          : `'${location}' is neither a location nor an access`;
      }
      if (at > 0) return 'the access of all other locations comes first';
    } else if (!LOCATION.test(location)) return `'${location}' is no location`;
    else if (!ACCESS.test(access)) return `'${access}' is no access`;
  }
  return undefined;
}

function floatClassProblem(text: string): string | undefined {
  const words = text.trim().split(/\s+/);
  const [only = ''] = words;
  if (/^[0-9]+$/.test(only) && words.length === 1) {
    const fits = Number(only) > 0 && Number(only) <= MAXIMUM_FLOAT_CLASSES;
    return fits ? undefined : `${only} is no set of classes`;
  }
  const odd = words.find((word) => !FLOAT_CLASSES.test(word));
  return odd === undefined ? undefined : `'${odd}' is no class of floating-point numbers`;
}

function rangeProblem(text: string): string | undefined {
  const found = /^\s*i([0-9]+)\s+(-?[0-9]+)\s*,\s*(-?[0-9]+)\s*$/.exec(text);
  if (found === null) return 'an integer type and two numbers are needed';
  const [, bits = '', low = '', high = ''] = found;
  if (bits.length > 8 || low.length > 1000 || high.length > 1000) return undefined;
  const width = Number(bits);
  const isEmpty = BigInt.asUintN(width, BigInt(low)) === BigInt.asUintN(width, BigInt(high));
  return isEmpty ? 'the range must be neither empty nor full' : undefined;
}

function initializesProblem(text: string): string | undefined {
  if (
    !/^\s*\(\s*-?[0-9]+\s*,\s*-?[0-9]+\s*\)(?:\s*,\s*\(\s*-?[0-9]+\s*,\s*-?[0-9]+\s*\))*\s*$/.test(
      text,
    )
  ) {
    return 'a list of ranges, (0, 4), (8, 12), is needed';
  }
  let end: bigint | undefined;
  for (const [, low = '0', high = '0'] of text.matchAll(/(-?[0-9]+)\s*,\s*(-?[0-9]+)/g)) {
    if (low.length > 40 || high.length > 40) return 'a number is out of range';
    if (BigInt(low) >= BigInt(high)) return 'a range must be neither empty nor full';
    if (end !== undefined && BigInt(low) <= end) return 'the ranges must be in order and apart';
    end = BigInt(high);
  }
  return undefined;
}
