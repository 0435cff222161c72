/** Members of a Unix archive (`ar`), as the linker would see them. */

export interface Member {
  readonly name: string;
  readonly contents: Buffer;
}

export type Archive =
  | { readonly kind: 'archive'; readonly members: readonly Member[] }
  | { readonly kind: 'malformed'; readonly what: string };

const MAGIC = '!<arch>\n';
const THIN_MAGIC = '!<thin>\n';
const HEADER_SIZE = 60;

/** What symbol tables and the table of long names are called; the linker reads such names up to the first blank. */
const TABLES = /^(?:\/|\/SYM64\/|\/\/)(?= )/;
const LONG_NAMES = '//';

export function isArchive(file: Buffer): boolean {
  const magic = file.toString('latin1', 0, MAGIC.length);
  return magic === MAGIC || magic === THIN_MAGIC;
}

/** The name in a member's header: `name/`, or `/OFFSET` into the table of long names, whose names end with `/\n`. */
function memberName(field: string, longNames: string): string {
  const long = /^\/(\d+)/.exec(field);
  if (long === null) return field.replace(/\/?\s*$/, '');
  const start = Number(long[1]);
  const end = longNames.indexOf('\n', start);
  return longNames.slice(start, end < 0 ? undefined : end).replace(/\/$/, '');
}

/**
 * Splits an archive; a symbol table and the table of long names behind it are no members. What has such a name in
 * another place is one to the linker.
 *
 * @param load reads a file that a thin archive names, by a path relative to the archive
 */
export function readArchive(file: Buffer, load: (path: string) => Buffer): Archive {
  const thin = file.toString('latin1', 0, MAGIC.length) === THIN_MAGIC;
  const members: Member[] = [];
  let longNames = '';
  let placeOfLongNames = MAGIC.length;
  for (let at = MAGIC.length; at + HEADER_SIZE <= file.length;) {
    const field = file.toString('latin1', at, at + 16);
    const size = Number(file.toString('latin1', at + 48, at + 58).trim());
    const start = at + HEADER_SIZE;
    if (file.toString('latin1', at + 58, start) !== '`\n' || !Number.isInteger(size) || size < 0) {
      return { kind: 'malformed', what: 'a malformed archive' };
    }
    const table = TABLES.exec(field)?.[0];
    if (table === undefined && thin) {
      const name = memberName(field, longNames);
      members.push({ name, contents: load(name) });
      at = start;
      continue;
    }
    if (start + size > file.length) return { kind: 'malformed', what: 'a truncated archive' };
    const contents = file.subarray(start, start + size);
    const end = start + size + (size & 1);
    if (table === undefined) {
      members.push({ name: memberName(field, longNames), contents });
    } else if (at !== (table === LONG_NAMES ? placeOfLongNames : MAGIC.length)) {
      return { kind: 'malformed', what: 'an archive with a table out of its place' };
    } else if (table === LONG_NAMES) {
      longNames = contents.toString('latin1');
    } else {
      placeOfLongNames = end;
    }
    at = end;
  }
  return { kind: 'archive', members };
}
