/** A folder of its own for each test, and the wrapper as build systems call it there; tests import this file. */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { readObjectNotes } from '../../src/driver/elf-notes.js';

export interface Result {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tbx-test-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** Calls a program in the folder of the test. */
export function call(
  program: string,
  args: readonly string[],
  input = '',
  env: Readonly<Record<string, string>> = {},
): Result {
  const { status, stdout, stderr } = spawnSync(program, [...args], {
    cwd: folder,
    input,
    encoding: 'latin1',
    env: { ...process.env, ...env },
  });
  return { status, stdout, stderr };
}

/** Calls the wrapper. */
export const cc = (
  args: readonly string[],
  input = '',
  env: Readonly<Record<string, string>> = {},
): Result => call(resolve('bin/tbx-cc'), args, input, env);

/** Calls the wrapper and expects it to succeed without a word. */
export function mustCompile(...args: readonly string[]): void {
  const { status, stderr } = cc(args);
  expect(stderr).toBe('');
  expect(status).toBe(0);
}

/** A file of the folder. */
export const path = (name: string): string => join(folder, name);
export const write = (name: string, text: string): void => {
  writeFileSync(path(name), text);
};
export const read = (name: string): string => readFileSync(path(name), 'latin1');
export const files = (): readonly string[] => readdirSync(folder).sort();

/** What the notes of an object say. */
export function notes(name: string): readonly string[] {
  const object = readObjectNotes(readFileSync(path(name)));
  return object.kind === 'object'
    ? object.notes.map(({ description }) => description)
    : [object.what];
}

/** The notes of an object of default options. */
export const MARKS = ['abi=1 lowering=addr32 isolate=code+data keybits=15', 'addr32'];
export const LOAD = 'int load(int *p) { return *p; }\n';
/** A program that ends with 7. */
export const HELLO = `#include <stdio.h>
int main(int argc, char **argv) {
  printf("hello, %s\\n", argc > 1 ? argv[1] : "world");
  return 7;
}
`;
