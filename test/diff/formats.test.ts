import Ajv from 'ajv';
import { readFileSync } from 'node:fs';
import { formatGithub } from '../../src/diff/format/github.js';
import { formatHtml } from '../../src/diff/format/html.js';
import { formatJson } from '../../src/diff/format/json.js';
import { formatSarif } from '../../src/diff/format/sarif.js';
import { formatText } from '../../src/diff/format/text.js';
import { type DiffReport, fails } from '../../src/diff/report.js';
import { ACCESSES, compare, instrumented } from './modules.js';

const confined = instrumented(ACCESSES, 'addr32');
/** A name with everything that formats must escape. */
const HOSTILE = '@"<b>,:%0A&\\22"';
const open = ACCESSES.replaceAll('@accesses', HOSTILE);

function report(old: string, fresh: string): DiffReport {
  return { files: [{ name: 'new.ll', kind: 'both', changes: compare(old, fresh) }] };
}

const gains = report(ACCESSES, confined);
const losses = report(confined.replaceAll('@accesses', HOSTILE), open);

/** OASIS publishes the schema; this package is the one on npm that carries it. It is in draft 04 of JSON Schema. */
const SCHEMA = 'node_modules/@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json';
const DRAFT_04 = 'node_modules/ajv/lib/refs/json-schema-draft-04.json';

function parse(path: string): object {
  const parsed: unknown = JSON.parse(readFileSync(path, 'utf8'));
  return typeof parsed === 'object' && parsed !== null ? parsed : {};
}

function schemaErrors(log: unknown): readonly unknown[] {
  const ajv = new Ajv({ schemaId: 'auto', validateSchema: false, allErrors: true });
  ajv.addMetaSchema(parse(DRAFT_04));
  const validate = ajv.compile(parse(SCHEMA));
  void validate(log);
  return validate.errors ?? [];
}

test('the schema refuses what is not SARIF', () => {
  expect(schemaErrors({ version: '2.1.0', runs: [{}] })).not.toEqual([]);
});

test('text names places and what was and is', () => {
  const text = formatText(gains, { color: false, verbose: false });
  expect(text).toContain(
    '  gained  accesses.c:12:3: load i32: confined to the window, was not confined\n',
  );
  expect(text).toMatch(/\n0 lost, 6 gained, 0 changed, \d+ added, 0 removed\n$/);
  expect(text).not.toContain('added   ');
  expect(formatText(gains, { color: false, verbose: true })).toContain('added   ');
  expect(formatText(gains, { color: true, verbose: false })).toContain('\u001b[32mgained');
});

test('JSON holds both places of a change', () => {
  const parsed: unknown = JSON.parse(formatJson(gains));
  expect(parsed).toMatchObject({
    version: 1,
    totals: { lost: 0, gained: 6 },
    files: [{ name: 'new.ll', kind: 'both', old: 'old.ll', new: 'new.ll' }],
  });
  expect(formatJson(gains)).toContain('"file": "accesses.c"');
});

test.each([
  ['gains', gains],
  ['losses with a hostile name', losses],
  ['a file that is gone', { files: [{ name: 'a b.ll', kind: 'removed', changes: undefined }] }],
  ['nothing', { files: [] }],
] as const)('SARIF of %s is valid against the schema', (_, of) => {
  expect(schemaErrors(JSON.parse(formatSarif(of, '0.1.0')))).toEqual([]);
});

test('SARIF names the rule, the level and the place', () => {
  const region = { startLine: 12, startColumn: 3 };
  const physicalLocation = { artifactLocation: { uri: 'accesses.c' }, region };
  const first = { ruleId: 'protection-lost', level: 'error', locations: [{ physicalLocation }] };
  const log: unknown = JSON.parse(formatSarif(losses, '0.1.0'));
  expect(log).toMatchObject({ runs: [{ results: [first, {}, {}, {}, {}, {}] }] });
});

test('GitHub commands are escaped, and no more than it shows', () => {
  const lines = formatGithub(losses).trimEnd().split('\n');
  expect(lines[0]).toMatch(
    /^::error file=accesses\.c,line=12,col=3,title=protection-lost::@"<b>,:%250A&\\22": load i32/,
  );
  expect(lines.at(-1)).toMatch(/^::notice title=tme-box diff::6 lost, /);
  const many = { files: Array.from({ length: 4 }, () => losses.files).flat() };
  const errors = formatGithub(many)
    .split('\n')
    .filter((line) => line.startsWith('::error'));
  expect(errors).toHaveLength(10);
  expect(errors.at(-1)).toBe('::error title=tme-box diff::15 more like these');
});

test('HTML shows names as text and runs nothing', () => {
  const page = formatHtml(losses);
  expect(page).toContain('@&quot;&lt;b&gt;,:%0A&amp;\\22&quot;');
  expect(page).not.toMatch(/<script|<b>|https?:/);
  expect(page).toContain('<td class="lost">lost</td>');
});

test('what fails', () => {
  expect(fails(gains, 'lost')).toBe(false);
  expect(fails(gains, 'any')).toBe(true);
  expect(fails(losses, 'lost')).toBe(true);
  expect(fails(losses, 'never')).toBe(false);
  expect(fails(report(confined, confined), 'any')).toBe(false);
  const gone = { files: [{ name: 'a.ll', kind: 'removed', changes: undefined }] } as const;
  expect(fails(gone, 'lost')).toBe(true);
});
