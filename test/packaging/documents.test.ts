/** Manual pages and completions, as the programs that read them see them. */

import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { COMMANDS } from '../../src/cli/command-table/index.js';
import { type OptionSpec, optionWords } from '../../src/cli/command-table/spec.js';
import { OPTIONS, spelling } from '../../src/driver/option-table.js';

interface Result {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function run(program: string, ...args: readonly string[]): Result {
  const { status, stdout, stderr, error } = spawnSync(program, [...args], {
    encoding: 'utf8',
    env: { ...process.env, MANWIDTH: '200', LC_ALL: 'C.UTF-8' },
  });
  if (error !== undefined) throw error;
  return { status, stdout, stderr };
}

beforeAll(() => {
  expect(run('make', '-s', 'man')).toEqual({ status: 0, stdout: '', stderr: '' });
});

/** A page as `man` shows it, without the hyphenation and spacing of its lines. */
function shown(page: string): string {
  const { status, stdout, stderr } = run('man', '--warnings', '-l', `build/man/${page}.1`);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout.replace(/\s+/g, ' ');
}

test('mandoc and groff have nothing to complain about', () => {
  const pages = readdirSync('build/man').map((name) => join('build/man', name));
  expect(pages.length).toBeGreaterThan(12);
  for (const page of pages) {
    const alias = /^\.so man[13]\/(.*)\n$/.exec(readFileSync(page, 'utf8'))?.[1];
    if (alias !== undefined) {
      expect(existsSync(join('build/man', alias))).toBe(true);
      continue;
    }
    expect(run('mandoc', '-Tlint', '-Wall', page)).toEqual({ status: 0, stdout: '', stderr: '' });
    expect(run('groff', '-man', '-ww', '-Tutf8', '-z', page).stderr).toBe('');
  }
});

test.each(COMMANDS)('tme-box-$name(1) has each operand and option', (command) => {
  const text = shown(`tme-box-${command.name}`);
  expect(text).toContain(`tme-box-${command.name} - `);
  for (const [name, option] of Object.entries<OptionSpec>(command.options)) {
    expect(text).toContain(` ${optionWords(name, option).join(', ')} `);
  }
  for (const name of Object.keys(command.operands)) expect(text).toContain(name.toUpperCase());
});

/** Each function that tmebox.h declares, also by what it includes, with the text of its declaration. */
function declarations(): readonly (readonly [name: string, text: string])[] {
  const header = ['tmebox.h', 'tmebox-memory.h']
    .map((name) => readFileSync(join('runtime/host', name), 'utf8'))
    .join('\n')
    .replace(/\/\*[^]*?\*\//g, '');
  return [...header.matchAll(/^(?!typedef)\w[\w *]*\b(tbx_\w+)\([^;]*\);/gm)].map(
    ([text, name = '']) => [name, text] as const,
  );
}

test('each function of tmebox.h has a page of section 3, which says how it fails', () => {
  expect(declarations().length).toBeGreaterThan(45);
  for (const [name, declaration] of declarations()) {
    const page = readFileSync(join('build/man', `${name}.3`), 'utf8');
    const target = /^\.so man3\/(.*)\n$/.exec(page)?.[1];
    const text = target === undefined ? page : readFileSync(join('build/man', target), 'utf8');
    expect(text).toContain(`${name}(`.replaceAll('-', '\\-'));
    if (!/tbx_(error|outcome) \*(error|outcome)\b/.test(declaration)) continue;
    const description = /^\.SH DESCRIPTION\n([^]*?)^\.SH /m.exec(text)?.[1];
    expect(`${name}: ${description ?? ''}`).toMatch(
      /\b([Nn]ull|[Ff]alse|0)\b|snprintf|TBX_FAULTED/,
    );
  }
});

test('the table of commands has all that tme-box has', () => {
  const help = run('bin/tme-box', '--help').stdout;
  const names = [...help.matchAll(/^ {2}tme-box ([a-z-]+)/gm)].map(([, name]) => name);
  expect(names).toEqual([...COMMANDS.map(({ name }) => name), 'completion']);
});

test.each(COMMANDS.filter(({ name }) => name !== 'run'))(
  '$name has each option of the table, and no other',
  ({ name, options }) => {
    const help = run('bin/tme-box', name, '--help').stdout;
    const found = [...help.matchAll(/^ +(?:-\w, )?--([a-z-]+)/gm)].map(([, option]) => option);
    expect(found.sort()).toEqual([...Object.keys(options), 'help', 'version'].sort());
  },
);

test('tbx-cc(1) has each of its options', () => {
  const text = shown('tbx-cc');
  for (const option of OPTIONS) expect(text).toContain(` ${spelling(option)} `);
});

/** What bash offers for the last of the words. */
function bashOffers(complete: string, words: readonly string[]): readonly string[] {
  const script = `. build/completion/bash/tme-box; complete() { :; }
    COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); ${complete}; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = run('bash', '-c', script, 'bash', ...words);
  expect(stderr).toBe('');
  return stdout.trim().split('\n');
}

test.each([
  [['tme-box', 'in'], ['instrument']],
  [['tme-box', 'instrument', '--lo'], ['--lowering']],
  [
    ['tme-box', 'instrument', '--isolate', '='],
    ['data', 'code+data'],
  ],
  [['tme-box', 'instrument', '--isolate', '=', 'c'], ['code+data']],
  [['tme-box', 'diff', '--format', 's'], ['sarif']],
  [['tme-box', 'instrument', '-o', ''], ['']],
  [['tme-box', 'instrument', ''], ['']],
])('bash: %j', (words, expected) => {
  expect(bashOffers('_tme_box', words)).toEqual(expected);
});

test('bash: tbx-cc completes its own options and clang has the rest', () => {
  const compiler = 'bin/tbx-cc';
  expect(bashOffers('_tbx_cc', [compiler, '-ftbx-iso'])).toEqual([
    '-ftbx-isolate=data',
    '-ftbx-isolate=code+data',
  ]);
  expect(bashOffers('_tbx_cc', [compiler, '-ftbx-asm', '=', 'w'])).toEqual(['warn']);
  expect(bashOffers('_tbx_cc', [compiler, '-fomit'])).toContain('-fomit-frame-pointer');
});

/** What fish offers for a line. */
function fishOffers(file: string, line: string): readonly string[] {
  const script = `source build/completion/fish/${file}; complete -C '${line}'`;
  const { stdout, stderr } = run('fish', '--no-config', '-c', script);
  expect(stderr).toBe('');
  return stdout.trim().split('\n');
}

test('fish', () => {
  expect(fishOffers('tme-box.fish', 'tme-box instr')).toEqual([
    'instrument\tconfine modules of LLVM IR to their window',
  ]);
  expect(fishOffers('tme-box.fish', 'tme-box instrument --isolate=c')[0]).toMatch(
    /^--isolate=code\+data/,
  );
  expect(fishOffers('tbx-cc.fish', 'tbx-cc -ftbx-asm')).toContain('-ftbx-asm=warn');
});

/** What a zsh on a terminal of its own makes of a line when the tabulator is pressed; waits until it matches `pattern`. */
function zshCompletes(line: string, pattern: string): string {
  const start = `fpath=($PWD/build/completion/zsh $fpath); autoload -Uz compinit; compinit -D -u`;
  const script = `
    zmodload zsh/zpty
    zpty shell zsh -f -i
    zpty -w shell "$1"
    zpty -n -w shell "$2"$'\\t'
    zpty -r shell reply "$3"
    zpty -d shell
    print -r -- "$reply"`;
  const words = ['-f', '-c', script, 'zsh', start, line, pattern];
  const { stdout, error } = spawnSync('zsh', words, { encoding: 'utf8', timeout: 60_000 });
  if (error !== undefined) throw error;
  return stdout;
}

test('zsh', () => {
  for (const file of readdirSync('build/completion/zsh')) {
    expect(run('zsh', '-n', join('build/completion/zsh', file)).stderr).toBe('');
  }
  expect(zshCompletes('tme-box instrument --low', '*--lowering*')).toContain('--lowering');
  // What it adds to the word comes with a bell before it.
  expect(zshCompletes('tbx-cc -ftbx-lib', '*rary*')).toContain('rary');
});
