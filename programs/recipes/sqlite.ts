import type { Recipe } from '../recipe.js';

/**
 * SQLite's shell by its own configure script and Makefile, cross-compiling: the programs that write source text while
 * building (lemon, mkkeywordhash) run on the build machine. Extensions are left out that need a dynamic loader.
 */
export const sqlite: Recipe = {
  name: 'sqlite',
  sourcePackage: 'sqlite3',
  withoutPatches: [],
  build: ({ cc, buildCc, optimisation }) => [
    {
      program: './configure',
      arguments: [
        '--disable-tcl',
        '--disable-shared',
        '--disable-readline',
        '--disable-load-extension',
        '--enable-fts4',
        '--enable-rtree',
        `CC=${cc}`,
        `CFLAGS=${optimisation}`,
        // Two different systems: configure then takes BUILD_CC for what runs while building.
        '--build=x86_64-linux-gnu',
        '--host=x86_64-linux-musl',
        `BUILD_CC=${buildCc}`,
        'BUILD_CFLAGS=-O1',
        'ac_cv_search_deflate=no',
        'ac_cv_header_zlib_h=no',
      ],
      environment: { CROSS_BUILDING: 'yes' },
    },
    { program: 'make', arguments: ['sqlite3'], environment: { CROSS_BUILDING: 'yes' } },
  ],
  programs: ['sqlite3'],
  uses: [
    {
      title: 'create, fill, index, query in memory',
      program: 'sqlite3',
      arguments: [':memory:'],
      input: 'session.sql',
    },
    {
      title: 'the same in a granted directory',
      program: 'sqlite3',
      arguments: ['@OUT@/session.db'],
      input: 'session.sql',
      files: ['session.db'],
    },
    {
      title: 'read a database that is granted read-only',
      program: 'sqlite3',
      arguments: ['-readonly', '@IN@/session.db', '-header', 'SELECT * FROM city LIMIT 5;'],
    },
  ],
};
