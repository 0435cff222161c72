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

/** What symbol tables and the table of long names are called. */
const TABLES = new Set(['/', '/SYM64/', '//']);

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
 * Splits an archive; a symbol table and the table of long names, which stand before the members, are none. What has such
 * a name behind a member is one to the linker.
 *
 * @param load reads a file that a thin archive names, by a path relative to the archive
 */
export function readArchive(file: Buffer, load: (path: string) => Buffer): Archive {
  const thin = file.toString('latin1', 0, MAGIC.length) === THIN_MAGIC;
  const members: Member[] = [];
  let longNames = '';
  for (let at = MAGIC.length; at + HEADER_SIZE <= file.length;) {
    const field = file.toString('latin1', at, at + 16);
    const size = Number(file.toString('latin1', at + 48, at + 58).trim());
    const start = at + HEADER_SIZE;
    if (file.toString('latin1', at + 58, start) !== '`\n' || !Number.isInteger(size) || size < 0) {
      return { kind: 'malformed', what: 'a malformed archive' };
    }
    const isMember = !TABLES.has(field.trimEnd());
    if (!isMember && members.length > 0) {
      return { kind: 'malformed', what: 'an archive with a table behind a member' };
    }
    if (thin && isMember) {
      const name = memberName(field, longNames);
      members.push({ name, contents: load(name) });
      at = start;
      continue;
    }
    if (start + size > file.length) return { kind: 'malformed', what: 'a truncated archive' };
    const contents = file.subarray(start, start + size);
    if (field.startsWith('//')) longNames = contents.toString('latin1');
    else if (isMember) members.push({ name: memberName(field, longNames), contents });
    at = start + size + (size & 1);
  }
  return { kind: 'archive', members };
}
