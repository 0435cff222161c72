/**
 * What the link step demands of everything it is given: each object went through the passes, its text through the
 * address step if the passes left that to it, and all have one isolation.
 */

import { readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Diagnostic } from '../text/diagnostic.js';
import { isArchive, readArchive } from './archive.js';
import { readObjectNotes, type Note } from './elf-notes.js';
import { isBitcode } from './bitcode.js';
import type { Isolation } from './options.js';
import { problem } from './session.js';

/** An object on the link line, and how a message names it: `FILE`, or `ARCHIVE(MEMBER)`. */
interface LinkedObject {
  readonly name: string;
  readonly contents: Buffer;
}

type Mark =
  | { readonly kind: 'mark'; readonly isolation: Isolation | 'any' }
  | { readonly kind: 'refused'; readonly diagnostic: Diagnostic };

const ABI = '1';
const PASSES_NOTE = 1;
const ADDR32_NOTE = 2;

function fields(note: Note): ReadonlyMap<string, string> {
  return new Map(
    note.description.split(' ').map((field) => {
      const at = field.indexOf('=');
      return [field.slice(0, at), field.slice(at + 1)];
    }),
  );
}

function parseIsolation(text: string | undefined): Isolation | 'any' | undefined {
  return text === 'data' || text === 'code+data' || text === 'any' ? text : undefined;
}

/** Reads the mark of one object from all of its notes; `ld -r` leaves one of each unit. */
function readMark({ name, contents }: LinkedObject): Mark {
  const refuse = (code: Diagnostic['code'], why: string): Mark => ({
    kind: 'refused',
    diagnostic: problem(code, `${name}: ${why}`),
  });
  const object = readObjectNotes(contents);
  if (object.kind === 'foreign') {
    return refuse('TBX0704', `${object.what} cannot be linked into a sandbox image`);
  }
  const passes = object.notes.filter(({ type }) => type === PASSES_NOTE).map(fields);
  if (passes.length === 0 && contents.includes('\0.gnu.lto_')) {
    const why = "this object is for GCC's link-time optimisation; compile it with tbx-cc -flto";
    return refuse('TBX0701', why);
  }
  if (passes.length === 0) {
    return refuse('TBX0701', 'this object is not instrumented; compile it with tbx-cc');
  }
  const confined = object.notes.filter(({ type }) => type === ADDR32_NOTE).length;
  const unconfined = passes.filter((note) => note.get('lowering') === 'addr32').length - confined;
  if (unconfined > 0) {
    return refuse('TBX0702', 'its assembler text did not go through the address step (tbx-as)');
  }
  const foreignAbi = passes.find((note) => note.get('abi') !== ABI);
  if (foreignAbi !== undefined) {
    const abi = foreignAbi.get('abi') ?? '?';
    return refuse(
      'TBX0703',
      `it is made for ABI ${abi} and this tool has ABI ${ABI}; compile it again`,
    );
  }
  return combine(
    name,
    passes.map((note) => parseIsolation(note.get('isolate'))),
  );
}

function combine(name: string, isolations: readonly (Isolation | 'any' | undefined)[]): Mark {
  let common: Isolation | 'any' = 'any';
  for (const isolation of isolations) {
    if (
      isolation === undefined ||
      (isolation !== 'any' && common !== 'any' && isolation !== common)
    ) {
      const message = `${name}: its notes do not agree on one isolation`;
      return { kind: 'refused', diagnostic: problem('TBX0703', message) };
    }
    if (isolation !== 'any') common = isolation;
  }
  return { kind: 'mark', isolation: common };
}

/** The objects in a file of the link line. */
type Contents =
  | { readonly kind: 'objects'; readonly objects: readonly LinkedObject[] }
  | { readonly kind: 'unreadable'; readonly diagnostic: Diagnostic };

function unreadable(code: Diagnostic['code'], message: string): Contents {
  return { kind: 'unreadable', diagnostic: problem(code, message) };
}

function objectsOf(path: string): Contents {
  try {
    return split(path, readFileSync(path));
  } catch (error) {
    return unreadable('TBX0806', `${path}: cannot be read: ${String(error)}`);
  }
}

/** A file that a thin archive names: it may name what never ends. */
function readMember(path: string): Buffer {
  if (!statSync(path).isFile()) throw new Error(`${path} is not a file`);
  return readFileSync(path);
}

function split(path: string, contents: Buffer): Contents {
  if (!isArchive(contents)) return { kind: 'objects', objects: [{ name: path, contents }] };
  // A few bytes name a file: each is read once, however often it is named.
  const loaded = new Map<string, Buffer>();
  const archive = readArchive(contents, (name) => {
    const member = loaded.get(name) ?? readMember(resolve(dirname(path), name));
    loaded.set(name, member);
    return member;
  });
  if (archive.kind === 'malformed') return unreadable('TBX0704', `${path}: ${archive.what}`);
  const objects = archive.members.map((member) => ({
    name: `${path}(${member.name})`,
    contents: member.contents,
  }));
  return { kind: 'objects', objects };
}

/** A file of the link line that holds bitcode, which the link step itself instruments. */
export interface BitcodeFile {
  readonly path: string;
  /** What of an archive is no bitcode. */
  readonly native: readonly Buffer[];
}

export interface CheckedObjects {
  /** The one isolation that the objects have; undefined if all may be linked with any. */
  readonly isolation: Isolation | undefined;
  readonly bitcode: readonly BitcodeFile[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Checks every object and archive member in `paths`. `wanted` is the isolation that the command line asks for. */
export function checkObjects(
  paths: readonly string[],
  wanted: Isolation | undefined,
): CheckedObjects {
  const diagnostics: Diagnostic[] = [];
  const bitcode: BitcodeFile[] = [];
  let isolation = wanted;
  let witness = 'the command line';
  for (const path of new Set(paths)) {
    const contents = objectsOf(path);
    if (contents.kind === 'unreadable') {
      diagnostics.push(contents.diagnostic);
      continue;
    }
    const native = contents.objects.filter((object) => !isBitcode(object.contents));
    if (native.length < contents.objects.length) {
      bitcode.push({ path, native: native.map((object) => object.contents) });
    }
    for (const object of native) {
      const mark = readMark(object);
      if (mark.kind === 'refused') {
        diagnostics.push(mark.diagnostic);
      } else if (mark.isolation !== 'any') {
        if (isolation !== undefined && mark.isolation !== isolation) {
          const message = `${object.name}: isolation ${mark.isolation}, but ${witness} has ${isolation}; one image has one isolation`;
          diagnostics.push(problem('TBX0703', message));
        } else if (isolation === undefined) {
          isolation = mark.isolation;
          witness = object.name;
        }
      }
    }
  }
  return { isolation, bitcode, diagnostics };
}
