import type { Recipe } from '../recipe.js';

/** mawk by its own configure script, whose trial programs run in sandboxes too, and its own Makefile. */
export const mawk: Recipe = {
  name: 'mawk',
  sourcePackage: 'mawk',
  withoutPatches: [],
  build: ({ cc, optimisation }) => [
    { program: './configure', arguments: [`CC=${cc}`, `CFLAGS=${optimisation}`] },
    { program: 'make', arguments: ['mawk'] },
  ],
  programs: ['mawk'],
  uses: [
    {
      title: 'count and sort words, write a file, the language',
      program: 'mawk',
      arguments: ['-v', 'out=@OUT@/counts', '-f', '@IN@/language.awk', '@IN@/prose.txt'],
      files: ['counts'],
    },
    {
      title: 'edit a stream',
      program: 'mawk',
      arguments: ['{ gsub(/[aeiou]+/, "(&)"); sub(/ $/, ""); print NR, NF, toupper($1), $NF }'],
      input: 'prose.txt',
    },
    {
      title: 'refuse a program with an error',
      program: 'mawk',
      arguments: ['BEGIN { print 1 +* 2 }'],
    },
  ],
};
