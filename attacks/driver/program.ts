import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { ISOLATIONS, ROOT, type Isolation } from '../../programs/toolchain.js';

export const ATTACKS = join(ROOT, 'attacks');

/** Whether the attack is also run unconfined, where it has to succeed. */
export type Control =
  { readonly kind: 'escapes' } | { readonly kind: 'none'; readonly why: string };

/** One `ATTACK(name, "ends", …)` of a C file. */
export interface Attack {
  readonly name: string;
  /** How a contained run may end, as host.c names it. */
  readonly ends: readonly string[];
  readonly control: Control;
}

/** A C file of attacks, with what its directives (`// NAME: words`) ask for. */
export interface AttackProgram {
  /** `class/name`. */
  readonly name: string;
  readonly path: string;
  readonly isolations: readonly Isolation[];
  readonly levels: readonly string[];
  readonly flags: readonly string[];
  readonly controlFlags: readonly string[];
  /** Processor features, as in /proc/cpuinfo, without which it cannot run. */
  readonly cpu: readonly string[];
  /** What is behind the memory of sandboxes, where it is not plain: `emulated`, or `emulated-integrity`. */
  readonly backend: string | undefined;
  readonly attacks: readonly Attack[];
}

const ATTACK = /^ATTACK\((\w+), "([^"]*)"(?:,\s*"no control: ([^"]*)")?\)/gm;
/** Macros that make a whole attack: `#define LOADS(name, …) ATTACK(name, "held") …`. */
const MAKER =
  /^#define (\w+)\(name\b[^)]*\)[\s\\]*ATTACK\(name, "([^"]*)"(?:,\s*"no control: ([^"]*)")?\)/gm;

/** The folders of attacks: one a class. */
export function classFolders(): readonly string[] {
  const entries = readdirSync(ATTACKS, { withFileTypes: true });
  const own = new Set(['driver', 'host']);
  return entries.flatMap((entry) =>
    entry.isDirectory() && !own.has(entry.name) ? [entry.name] : [],
  );
}

/** The files of all classes that end with `ending`, as `class/file`. */
export function filesOfClasses(ending: string): readonly string[] {
  return classFolders().flatMap((folder) =>
    readdirSync(join(ATTACKS, folder))
      .filter((file) => file.endsWith(ending))
      .sort()
      .map((file) => `${folder}/${file}`),
  );
}

/** Reads a C file of attacks, `class/name.c`. */
export function readProgram(file: string): AttackProgram {
  const path = join(ATTACKS, file);
  const text = readFileSync(path, 'utf8');
  const words = (name: string, otherwise: readonly string[]): readonly string[] => {
    const match = new RegExp(`^// ${name}: (.*)$`, 'm').exec(text);
    return match?.[1]?.split(' ') ?? otherwise;
  };
  if (/^\/\/ .+\b(ISOLATE|LEVELS|FLAGS|CONTROL|CPU|BACKEND): /m.test(text)) {
    throw new Error(`${file}: a directive that does not begin its line`);
  }
  const isolations = words('ISOLATE', ['code+data']);
  return {
    name: file.replace(/\.c$/, ''),
    path,
    isolations: ISOLATIONS.filter((isolation) => isolations.includes(isolation)),
    levels: words('LEVELS', ['-O1']),
    flags: words('FLAGS', []),
    controlFlags: words('CONTROL', ['-O0']),
    cpu: words('CPU', []),
    backend: words('BACKEND', [])[0],
    attacks: readAttacks(text),
  };
}

function readAttacks(text: string): readonly Attack[] {
  const makers = text.match(/^#define \w+\(name\b/gm)?.length ?? 0;
  if ([...text.matchAll(MAKER)].length !== makers) throw new Error('a macro that hides its attack');
  const direct = [...text.matchAll(ATTACK)].map(([, name = '', ends = '', why]) =>
    attack(name, ends, why),
  );
  const made = [...text.matchAll(MAKER)].flatMap(([, maker = '', ends = '', why]) =>
    [...text.matchAll(new RegExp(`^${maker}\\((\\w+)`, 'gm'))].map(([, name = '']) =>
      attack(name, ends, why),
    ),
  );
  return [...direct, ...made];
}

function attack(name: string, ends: string, why: string | undefined): Attack {
  return {
    name,
    ends: ends.split('|').map((end) => end.trim()),
    control: why === undefined ? { kind: 'escapes' } : { kind: 'none', why },
  };
}

/** `loads` of `memory/loads.c`. */
export function stem(program: AttackProgram): string {
  return basename(program.name);
}
