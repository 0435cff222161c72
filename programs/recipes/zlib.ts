import type { Recipe } from '../recipe.js';

/** zlib by its own configure script and Makefile. */
export const zlib: Recipe = {
  name: 'zlib',
  sourcePackage: 'zlib',
  withoutPatches: [],
  build: ({ cc, optimisation }) => [
    {
      program: './configure',
      arguments: ['--static'],
      environment: { CC: cc, CFLAGS: optimisation },
    },
    { program: 'make', arguments: ['example', 'minigzip'] },
  ],
  programs: ['example', 'minigzip'],
  uses: [
    {
      title: "zlib's own example",
      program: 'example',
      arguments: ['@OUT@/hello.gz'],
      files: ['hello.gz'],
    },
    { title: 'compress', program: 'minigzip', arguments: ['-9'], input: 'prose.txt' },
    {
      title: 'restore',
      program: 'minigzip',
      arguments: ['-d'],
      input: 'prose.txt.gz',
      restores: 'prose.txt',
    },
  ],
};
