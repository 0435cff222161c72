/** Real files to damage: the fixtures, pieces of what clang makes of real programs, and LLVM's own tests. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const BUILD = join(process.cwd(), 'build');
const IR = join(BUILD, 'mutations/ir');
/** Larger files take longer than they find: of them, stretches of functions are taken. */
const PIECE = 24 * 1024;
const MAXIMUM_TESTS = 3000;

/** Texts, one character a byte. */
export function corpus(): string[] {
  compileSources();
  const texts = [...read('fixtures'), ...read(IR), ...llvmTests()];
  return texts.flatMap(pieces).filter((text) => text.length > 0);
}

function read(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ll'))
    .sort()
    .map((name) => readFileSync(join(folder, name), 'latin1'));
}

/** Of LLVM's tests, if `make conformance` or somebody else has fetched them, those of syntax. */
function llvmTests(): string[] {
  const folders = ['Assembler', 'Bitcode', 'Verifier'].map((name) =>
    join(BUILD, 'sources/llvm-toolchain-19/llvm/test', name),
  );
  return folders.flatMap(read).slice(0, MAXIMUM_TESTS);
}

/** Cuts a long text at lines between functions, and takes some of the pieces. */
function pieces(text: string): string[] {
  if (text.length <= PIECE) return [text];
  const found: string[] = [];
  for (let start = 0; start < text.length && found.length < 12;) {
    const end = text.indexOf('\n}\n', start + PIECE);
    found.push(text.slice(start, end < 0 ? text.length : end + 3).slice(0, 4 * PIECE));
    if (end < 0) break;
    start = end + 3;
  }
  return found;
}

/** IR of Lua and SQLite, as far as their sources are there; made once. */
function compileSources(): void {
  if (existsSync(IR)) return;
  mkdirSync(IR, { recursive: true });
  const lua = join(BUILD, 'sources/lua5.4/src');
  const header = '#define DEB_HOST_MULTIARCH "x86_64-linux-gnu"\n';
  writeFileSync(join(IR, 'lua5.4-deb-multiarch.h'), header);
  const sources = ['lvm', 'lstrlib', 'ldebug', 'ltable'].map((name) => join(lua, `${name}.c`));
  for (const source of [...sources, ...sqlite()].filter((file) => existsSync(file))) {
    for (const version of ['19', '22'])
      for (const flags of [['-O2'], ['-O0', '-g']]) compile(source, version, flags, [lua, IR]);
  }
}

function sqlite(): string[] {
  const folder = join(BUILD, 'programs/sqlite');
  if (!existsSync(folder)) return [];
  const all = readdirSync(folder).map((name) => join(folder, name, 'sqlite3.c'));
  return all.filter((file) => existsSync(file)).slice(0, 1);
}

function compile(
  source: string,
  version: string,
  flags: readonly string[],
  include: readonly string[],
): void {
  const name = `${source.replace(/.*\/|\.c$/g, '')}.${version}.${flags.join('')}.ll`;
  const folders = include.map((folder) => `-I${folder}`);
  const words = [...flags, ...folders, '-w', '-S', '-emit-llvm', '-o', join(IR, name), source];
  spawnSync(`clang-${version}`, words, { stdio: 'inherit' });
}
