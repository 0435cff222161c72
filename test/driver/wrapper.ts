/** A folder of its own for each test, and the wrapper as build systems call it there; tests import this file. */

import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { readObjectNotes } from '../../src/driver/elf-notes.js';
import { type Ran, Scratch } from '../support/scratch.js';

let scratch: Scratch;
beforeEach(() => {
  scratch = new Scratch();
});
afterEach(() => {
  scratch.remove();
});

/** Calls a program in the folder of the test. */
export function call(
  program: string,
  args: readonly string[],
  input = '',
  env: Readonly<Record<string, string>> = {},
): Ran {
  return scratch.run(program, args, { input, environment: { ...process.env, ...env } });
}

/** Calls the wrapper. */
export const cc = (
  args: readonly string[],
  input = '',
  env: Readonly<Record<string, string>> = {},
): Ran => call(resolve('bin/tbx-cc'), args, input, env);

/** Calls the wrapper and expects it to succeed without a word. */
export function mustCompile(...args: readonly string[]): void {
  const { status, stderr } = cc(args);
  expect(stderr).toBe('');
  expect(status).toBe(0);
}

/** A file of the folder. */
export const path = (name: string): string => scratch.path(name);
export const write = (name: string, text: string): void => {
  scratch.file(name, text);
};
export const read = (name: string): string => scratch.read(name);
export const files = (): readonly string[] => readdirSync(scratch.folder).sort();

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
