import type { Recipe } from '../recipe.js';

/** bzip2 by its own Makefile; Debian's links a shared library. */
export const bzip2: Recipe = {
  name: 'bzip2',
  sourcePackage: 'bzip2',
  withoutPatches: ['makefile.diff'],
  build: ({ cc, optimisation }) => [
    {
      program: 'make',
      arguments: ['bzip2', `CC=${cc}`, `CFLAGS=-Wall ${optimisation} -D_FILE_OFFSET_BITS=64`],
    },
  ],
  programs: ['bzip2'],
  uses: [
    { title: 'compress 20 MB', program: 'bzip2', arguments: ['-9', '-c', '@IN@/blob-20m'] },
    {
      title: 'restore 20 MB',
      program: 'bzip2',
      arguments: ['-d', '-c', '@IN@/blob-20m.bz2'],
      restores: 'blob-20m',
    },
    { title: 'refuse damaged data', program: 'bzip2', arguments: ['-t', '@IN@/damaged.bz2'] },
  ],
};
