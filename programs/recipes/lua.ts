import type { Recipe } from '../recipe.js';

/** Lua by its own Makefile; Debian's replaces it by libtool and a shared library. */
export const lua: Recipe = {
  name: 'lua',
  sourcePackage: 'lua5.4',
  withoutPatches: ['0002-lua-modules-paths.patch', '0001-build-system.patch'],
  build: ({ cc, optimisation }) => [
    { program: 'make', arguments: ['posix', `CC=${cc}`, `MYCFLAGS=${optimisation}`] },
  ],
  programs: ['src/lua', 'src/luac'],
  uses: [
    {
      title: 'sort, build strings, match patterns, read a file',
      program: 'src/lua',
      arguments: ['@IN@/demo.lua', '@IN@/prose.txt'],
    },
    {
      title: 'errors, coroutines, garbage collection, numbers',
      program: 'src/lua',
      arguments: ['@IN@/language.lua'],
    },
    {
      title: 'compile to bytecode',
      program: 'src/luac',
      arguments: ['-o', '@OUT@/demo.luac', '@IN@/demo.lua'],
      files: ['demo.luac'],
    },
  ],
};
