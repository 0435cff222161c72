import eslint from '@eslint/js';
import tseslint from 'typescript-eslint';

/**
 * Imports go one way: text <- ir <- analysis <- passes; asm beside them on text alone; verify apart from the code
 * that it judges, diff on what verify knows; driver and cli on top. Each folder lists what it must not reach.
 */
const FOLDERS = [
  'ir',
  'check',
  'analysis',
  'passes',
  'asm',
  'verify',
  'diff',
  'report',
  'driver',
  'cli',
];
const MAY_IMPORT = {
  text: [],
  ir: ['text'],
  check: ['text', 'ir'],
  analysis: ['text', 'ir'],
  passes: ['text', 'ir', 'analysis'],
  asm: ['text'],
  verify: ['text', 'ir'],
  diff: ['text', 'ir', 'analysis', 'verify'],
  report: ['text', 'ir', 'analysis', 'passes', 'diff'],
  driver: ['text', 'ir', 'analysis', 'passes', 'asm', 'verify'],
  cli: ['text', 'ir', 'check', 'analysis', 'passes', 'asm', 'verify', 'diff', 'report', 'driver'],
};
/** Folders that must also run where there is no Node: no clock, environment, file or process below the driver. */
const PORTABLE = new Set(['text', 'ir', 'check', 'analysis', 'passes', 'asm', 'diff', 'report']);
const NODE_MODULES = [
  'node:*',
  'fs',
  'path',
  'os',
  'child_process',
  'process',
  'fs-extra',
  'yargs',
];

function oneWayImports(folder) {
  const forbidden = ['text', ...FOLDERS].filter(
    (other) => other !== folder && !MAY_IMPORT[folder].includes(other),
  );
  const patterns = forbidden.map((other) => ({
    regex: `(^|/)\\.\\./(.*/)?${other}/`,
    message: `src/${folder} must not import src/${other}: imports go one way (eslint.config.js)`,
  }));
  if (PORTABLE.has(folder)) {
    patterns.push({ group: NODE_MODULES, message: `src/${folder} must run without Node` });
  }
  return {
    files: [`src/${folder}/**/*.ts`],
    rules: { 'no-restricted-imports': ['error', { patterns }] },
  };
}

export default tseslint.config(
  { ignores: ['build/', 'coverage/', 'dist/', 'fixtures/', 'node_modules/'] },
  eslint.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.strictTypeChecked],
    languageOptions: {
      parserOptions: {
        project: ['./tsconfig.test.json', './tsconfig.page.json'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      // A pass that is about two kinds of instruction says so by `default`; a switch without one names all.
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { allowDefaultCaseForExhaustiveSwitch: false, considerDefaultExhaustiveForUnions: true },
      ],
      // `as const` stays: the rule lets const assertions through.
      '@typescript-eslint/consistent-type-assertions': ['error', { assertionStyle: 'never' }],
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      'max-lines': ['error', { max: 500, skipBlankLines: true, skipComments: true }],
    },
  },
  ...Object.keys(MAY_IMPORT).map(oneWayImports),
  {
    files: ['src/**/*.ts'],
    ignores: ['src/driver/**', 'src/cli/**'],
    rules: { 'no-restricted-globals': ['error', 'process', 'Buffer'] },
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/cli/**'],
    rules: { 'no-console': 'error' },
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/verify/image/**', 'src/report/page/**'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: 'CallExpression[callee.property.name="push"] > SpreadElement',
          message: 'a long list does not fit on the stack: append (src/text/append.ts)',
        },
      ],
    },
  },
  {
    files: ['**/*.js'],
    languageOptions: { globals: { process: 'readonly', console: 'readonly' } },
  },
);
