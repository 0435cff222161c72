/** @see LangRef, "Data Layout" */

const MAXIMUM_ADDRESS_SPACE = 2 ** 24 - 1;
const MAXIMUM_BITS = 2 ** 24 - 1;
const MAXIMUM_ALIGNMENT_BYTES = 0xffff;

/** What is wrong with a data layout; undefined when nothing is. */
export function dataLayoutProblem(layout: string): string | undefined {
  if (layout === '') return undefined;
  for (const specification of layout.split('-')) {
    const problem = specificationProblem(specification);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** The address space that a layout gives to functions. */
export function programAddressSpace(layout: string | undefined): number {
  const found = layout?.split('-').find((word) => word.startsWith('P'));
  return found === undefined ? 0 : Number(found.slice(1)) || 0;
}

/** Whether a layout knows an address space by name: three kinds have letters, and pointers may have names. */
export function isAddressSpaceName(layout: string | undefined, name: string): boolean {
  return /^[APG]$/.test(name) || (layout?.includes(`(${name})`) ?? false);
}

function specificationProblem(specification: string): string | undefined {
  const [head = '', ...rest] = specification.split(':');
  if (head === '' || rest.includes('')) return `a part of '${specification}' is empty`;
  if (head === 'ni') return nonIntegralProblem(rest);
  const letter = head.charAt(0);
  const tail = head.slice(1);
  switch (letter) {
    case 'e':
    case 'E':
    case 's':
      return undefined;
    case 'p':
      return pointerProblem(tail, rest);
    case 'i':
    case 'v':
    case 'f':
    case 'a':
      return alignmentsProblem(letter, tail, rest);
    case 'n':
      return nativeProblem([tail, ...rest]);
    case 'S':
      return stackProblem(tail);
    case 'F':
      return /^[in]/.test(tail)
        ? stackProblem(tail.slice(1))
        : `'${specification}' is no alignment of function pointers`;
    case 'P':
    case 'A':
    case 'G':
      return addressSpaceProblem(tail);
    case 'm':
      return tail === '' && rest.length === 1 && /^[elomwxa]$/.test(rest[0] ?? '')
        ? undefined
        : `'${specification}' is no mangling`;
    default:
      return `'${specification}' is no specification`;
  }
}

function nonIntegralProblem(spaces: readonly string[]): string | undefined {
  const odd = spaces.find(
    (space) => addressSpaceProblem(space) !== undefined || Number(space) === 0,
  );
  return odd === undefined ? undefined : `'${odd}' is no address space of its own`;
}

function addressSpaceProblem(text: string): string | undefined {
  return /^[0-9]+$/.test(text) && Number(text) <= MAXIMUM_ADDRESS_SPACE
    ? undefined
    : `'${text}' is no address space, which is a 24-bit number`;
}

// 'p' ['e'] ['u'] [n] ['(' name ')'] ':' size ':' abi [ ':' preferred [ ':' index ] ]
function pointerProblem(head: string, parts: readonly string[]): string | undefined {
  const space = /^[eu]*([0-9]*)(?:\(\w+\))?$/.exec(head)?.[1];
  if (space === undefined || addressSpaceProblem(space === '' ? '0' : space) !== undefined) {
    return `'${head}' is no address space`;
  }
  const [size, abi, preferred, index] = parts;
  if (size === undefined || abi === undefined) return 'pointers need a size and an alignment';
  if (!isBits(size) || Number(size) === 0) return `'${size}' is no size of pointers`;
  const alignments = alignmentPairProblem(abi, preferred, false);
  if (alignments !== undefined) return alignments;
  if (index === undefined) return undefined;
  const fits = isBits(index) && Number(index) > 0 && Number(index) <= Number(size);
  return fits ? undefined : `'${index}' is no width of an index into pointers of ${size} bits`;
}

// letter [size] ':' abi [ ':' preferred ]
function alignmentsProblem(
  letter: string,
  size: string,
  [abi, preferred]: readonly string[],
): string | undefined {
  if (size !== '' && !isBits(size)) return `'${size}' is no width in bits`;
  if (letter === 'a' && Number(size) !== 0) return 'aggregates have no size of their own';
  if (abi === undefined) return `'${letter}${size}' needs an alignment`;
  const problem = alignmentPairProblem(abi, preferred, letter === 'a');
  if (problem !== undefined) return problem;
  return letter === 'i' && size === '8' && abi !== '8' ? 'i8 is aligned to a byte' : undefined;
}

function alignmentPairProblem(
  abi: string,
  preferred: string | undefined,
  mayBeZero: boolean,
): string | undefined {
  const needed = byteAlignment(abi);
  const liked = preferred === undefined ? needed : byteAlignment(preferred);
  if (needed === undefined || (needed === 0 && !mayBeZero)) return `'${abi}' is no alignment`;
  if (liked === undefined) return `'${preferred ?? ''}' is no alignment`;
  return liked < needed ? 'the preferred alignment is less than the needed one' : undefined;
}

function nativeProblem(widths: readonly string[]): string | undefined {
  const odd = widths.find((width) => !isBits(width) || Number(width) === 0);
  return odd === undefined ? undefined : `'${odd}' is no width of native integers`;
}

function stackProblem(text: string): string | undefined {
  return byteAlignment(text) === undefined ? `'${text}' is no alignment` : undefined;
}

function isBits(text: string): boolean {
  return /^[0-9]+$/.test(text) && Number(text) <= MAXIMUM_BITS;
}

/** An alignment in bits as a number of bytes: zero or a power of two; undefined for any other. */
function byteAlignment(text: string): number | undefined {
  if (!isBits(text) || Number(text) % 8 !== 0) return undefined;
  const bytes = Number(text) / 8;
  const fits =
    bytes <= MAXIMUM_ALIGNMENT_BYTES && (bytes === 0 || Number.isInteger(Math.log2(bytes)));
  return fits ? bytes : undefined;
}
