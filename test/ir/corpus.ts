/**
 * Real programs through the front end: not a test of `make test`, as it compiles for minutes.
 *
 *     scripts/ts.sh test/ir/corpus.ts [FILE.ll ...]
 *
 * Each file must print as it came, and its canonical print must be the same module to llvm-as and llvm-dis. Without
 * files: musl, Lua and SQLite (from build/, as far as they are there) with each clang that is installed, -O0, -O2 and
 * -O2 -g. A named file is judged by LLVM 22.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SourceText, parseModule, printModuleCanonical } from '../../src/ir/index.js';
import { disassembly, reprinted, show } from './fixtures.js';
import type { Version } from './fixtures.js';

const BUILD = join(process.cwd(), 'build');
const VERSIONS = ['22', '19'] as const;
const FLAGS = [['-O2'], ['-O0'], ['-O2', '-g']] as const;
const MAXIMUM_OUTPUT = 2 ** 30;

interface Program {
  readonly name: string;
  readonly sources: readonly string[];
  readonly flags: readonly string[];
}

/** What is wrong with a file, in one line; undefined if nothing is. */
function problem(path: string, text: string, version: Version): string | undefined {
  const { value: module, diagnostics } = parseModule(new SourceText(path, text));
  if (module === undefined) return show(diagnostics);
  const canonical = printModuleCanonical(module);
  if (canonical.value === undefined) return show(canonical.diagnostics);
  if (reprinted(module) !== text) return `${path}: the verbatim print differs`;
  const original = disassembly(text, version);
  if (original.startsWith('error:')) return `${path}: ${original}`;
  if (disassembly(canonical.value, version) === original) return undefined;
  return `${path}: the canonical print is another module`;
}

function programs(): Program[] {
  const musl = join(BUILD, 'sources/musl');
  const include = ['src/include', 'src/internal', 'arch/x86_64', 'arch/generic'];
  const sysroot = join(BUILD, 'sysroot/include');
  const lua = join(BUILD, 'sources/lua5.4/src');
  return [
    { name: 'lua', sources: cFiles(lua), flags: [`-I${lua}`, `-I${luaHeader()}`] },
    {
      name: 'musl',
      sources: cFiles(join(musl, 'src')),
      flags: [
        '-std=c99',
        '-nostdinc',
        '-D_XOPEN_SOURCE=700',
        ...include.map((folder) => `-I${join(musl, folder)}`),
        `-isystem${sysroot}`,
      ],
    },
    { name: 'sqlite', sources: amalgamations().slice(0, 1), flags: [] },
  ];
}

/** Debian's Lua includes a header that its package build writes; the folder that holds ours. */
function luaHeader(): string {
  const folder = join(BUILD, 'ir-corpus');
  mkdirSync(folder, { recursive: true });
  const definition = '#define DEB_HOST_MULTIARCH "x86_64-linux-gnu"\n';
  writeFileSync(join(folder, 'lua5.4-deb-multiarch.h'), definition);
  return folder;
}

function amalgamations(): string[] {
  const folder = join(BUILD, 'programs/sqlite');
  return existsSync(folder)
    ? readdirSync(folder)
        .map((name) => join(folder, name, 'sqlite3.c'))
        .filter((file) => existsSync(file))
    : [];
}

function cFiles(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return names.filter((name) => name.endsWith('.c')).map((name) => join(folder, name));
}

/** The IR of a source, or undefined where this clang does not take it. */
function compile(source: string, version: Version, flags: readonly string[]): string | undefined {
  const words = [...flags, '-w', '-S', '-emit-llvm', '-o', '-', source];
  const { status, stdout } = spawnSync(`clang-${version}`, words, { maxBuffer: MAXIMUM_OUTPUT });
  return status === 0 ? stdout.toString('latin1') : undefined;
}

function checkProgram(program: Program, version: Version, flags: readonly string[]): number {
  const count = { checked: 0, skipped: 0, wrong: 0 };
  for (const source of program.sources) {
    const text = compile(source, version, [...flags, ...program.flags]);
    if (text === undefined) count.skipped++;
    else count.wrong += report(problem(source, text, version));
    if (text !== undefined) count.checked++;
  }
  const { checked, skipped, wrong } = count;
  const what = `${program.name}, clang ${version} ${flags.join(' ')}`;
  process.stdout.write(`${what}: ${checked} files, ${wrong} wrong, ${skipped} not compiled\n`);
  return wrong;
}

function report(found: string | undefined): number {
  if (found === undefined) return 0;
  process.stdout.write(`${found}\n`);
  return 1;
}

function checkPrograms(): number {
  let wrong = 0;
  for (const program of programs()) {
    for (const version of VERSIONS) {
      for (const flags of FLAGS) wrong += checkProgram(program, version, flags);
    }
  }
  return wrong;
}

function checkFiles(files: readonly string[]): number {
  let wrong = 0;
  for (const file of files) wrong += report(problem(file, readFileSync(file, 'latin1'), '22'));
  process.stdout.write(`${files.length} files, ${wrong} wrong\n`);
  return wrong;
}

const files = process.argv.slice(2);
process.exitCode = (files.length > 0 ? checkFiles(files) : checkPrograms()) === 0 ? 0 : 1;
