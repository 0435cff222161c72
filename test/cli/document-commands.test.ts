/**
 * Every command that a document shows is run by a test. `console` blocks are run by document-sessions.test.ts; a block of
 * `sh` names the test that runs its lines, or has lines that start targets of a Makefile: these exist. What is named
 * within a line, such as an option, exists as well.
 */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { COMMANDS } from '../../src/cli/command-table/index.js';
import { OPTION_NAMES } from '../../src/driver/option-table.js';
import { codeSpans, DOCUMENTS, fences, prose } from './markdown.js';

const LANGUAGES = /^(?:console|sh|text|c|cpp|llvm|asm|make|ts|yaml)$/;

test.each(DOCUMENTS)('%s shows code in fences that say what it is', (document) => {
  const languages = fences(document).map(({ language }) => language);
  expect(languages.filter((language) => !LANGUAGES.test(language))).toEqual([]);
  expect(prose(document).match(/(?<=\n\n) {4}\S.*/g)).toBeNull();
});

/** The words of a line of a shell, without the comment at its end. */
function words(line: string): readonly string[] {
  return line.replace(/ +#.*/, '').split(' ');
}

/** What `make WORDS` asks for that the Makefile, ours or that of `-C`, does not have. */
function unknownToMake([, ...rest]: readonly string[]): readonly string[] {
  const at = rest.indexOf('-C');
  const makefile = readFileSync(join(at < 0 ? '.' : (rest[at + 1] ?? ''), 'Makefile'), 'utf8');
  const asked = at < 0 ? rest : rest.toSpliced(at, 2);
  return asked.filter((word) => {
    const [, variable] = /^(\w+)=/.exec(word) ?? [];
    const known = variable ?? `^\\.?(?:[\\w-]+ )*${word}(?: [\\w-]+)*:`;
    return !new RegExp(known, 'm').test(makefile);
  });
}

const SCRIPTS = DOCUMENTS.filter((name) => fences(name).some(({ language }) => language === 'sh'));

test.each(SCRIPTS)('a test runs the lines of %s, or they are targets', (document) => {
  for (const { language, comment, text } of fences(document)) {
    if (language !== 'sh') continue;
    const [, runner] = /^(\S+) runs these lines\.$/.exec(comment) ?? [];
    if (runner !== undefined) {
      const reads = existsSync(runner) && readFileSync(runner, 'utf8').includes(document);
      expect({ runner, reads }).toEqual({ runner, reads: true });
      continue;
    }
    for (const line of text.trimEnd().split('\n')) {
      expect(line).toMatch(/^make /);
      expect(unknownToMake(words(line))).toEqual([]);
    }
  }
});

/** Calls of make that are about other people's Makefiles. */
const THEIR_MAKE = /^make (?:-\S+ )*CC=/;

test.each(DOCUMENTS)('what %s names within its lines exists', (document) => {
  const unknown = codeSpans(document).flatMap((code) => {
    if (code.startsWith('make ') && !THEIR_MAKE.test(code)) return unknownToMake(code.split(' '));
    if (code.startsWith('tme-box ')) return unknownToTool(code.split(' '));
    return [];
  });
  expect(unknown).toEqual([]);
});

/** The command or the options of `tme-box WORDS` that there are not. */
function unknownToTool([, name = '', ...rest]: readonly string[]): readonly string[] {
  if (!/^[a-z]/.test(name)) return [];
  const command = COMMANDS.find((candidate) => candidate.name === name);
  if (command === undefined) return [name];
  return rest.flatMap((word) => {
    const [, option] = /^--(?:no-)?([a-z][\w-]*)/.exec(word) ?? [];
    return option === undefined || option in command.options ? [] : [word];
  });
}

test.each(DOCUMENTS)('the options of tbx-cc in %s exist', (document) => {
  const typo = /-ftbx-isolat=data.*/g; // TBX0801's own
  const named = readFileSync(document, 'utf8')
    .replaceAll(typo, '')
    .matchAll(/-f(?:no-)?tbx-([a-z]+(?:-[a-z]+)*)/g);
  const unknown = [...named]
    .map(([, name = '']) => name)
    .filter((name) => name !== 'verify' && !OPTION_NAMES.includes(name));
  expect(unknown).toEqual([]);
});
