/**
 * `CHECK` lines of a fixture against a text: the part of FileCheck that the fixtures use.
 *
 * `CHECK:` is found behind the last match, `CHECK-NEXT:` on the line behind it, `CHECK-NOT:` nowhere between its
 * neighbours; `{{…}}` is a regular expression; blanks of any length are equal. `CHECK-LABEL:` starts a new part.
 */

type CheckKind = 'plain' | 'NEXT' | 'NOT' | 'LABEL';

interface Check {
  readonly kind: CheckKind;
  readonly pattern: RegExp;
  readonly text: string;
}

/** @returns what does not match; empty when everything does */
export function checkLines(fixture: string, prefix: string, output: string): readonly string[] {
  const checks = parseChecks(fixture, prefix);
  if (checks.length === 0) return [`the fixture has no ${prefix} lines`];
  const lines = output
    .split('\n')
    .map((line) => line.replace(/\s+/g, ' ').trim())
    .filter((line) => !line.startsWith(';'));
  const failures: string[] = [];
  let start = 0;
  for (const part of partsOf(checks)) {
    const [first] = part.next;
    const end = first === undefined ? lines.length : indexFrom(lines, first, start + 1);
    if (end < 0) return [...failures, `${first?.text ?? ''}: not found`];
    failures.push(...checkPart(part.checks, lines.slice(start, end)));
    start = end;
  }
  return failures;
}

/** Checks up to the next label, and that label. */
interface Part {
  readonly checks: readonly Check[];
  readonly next: readonly Check[];
}

function partsOf(checks: readonly Check[]): Part[] {
  const starts = checks.flatMap(({ kind }, index) =>
    kind === 'LABEL' && index > 0 ? [index] : [],
  );
  return [0, ...starts].map((start, index) => {
    const end = starts[index] ?? checks.length;
    return { checks: checks.slice(start, end), next: checks.slice(end, end + 1) };
  });
}

function indexFrom(lines: readonly string[], { pattern }: Check, from: number): number {
  return lines.findIndex((line, index) => index >= from && pattern.test(line));
}

function checkPart(checks: readonly Check[], lines: readonly string[]): string[] {
  const failures: string[] = [];
  let at = -1;
  let forbidden: Check[] = [];
  for (const check of checks) {
    if (check.kind === 'NOT') {
      forbidden.push(check);
      continue;
    }
    const found = indexFrom(lines, check, at + 1);
    const near = lines.slice(at + 1, at + 5).join(' | ');
    if (found < 0) return [...failures, `${check.text}: not found in front of ${near}`];
    if (check.kind === 'NEXT' && found !== at + 1) failures.push(`${check.text}: next is ${near}`);
    failures.push(...present(forbidden, lines.slice(at + 1, found)));
    forbidden = [];
    at = found;
  }
  return [...failures, ...present(forbidden, lines.slice(at + 1))];
}

function present(forbidden: readonly Check[], lines: readonly string[]): string[] {
  return forbidden.flatMap(({ pattern, text }) =>
    lines.filter((line) => pattern.test(line)).map((line) => `${text}: found ${line}`),
  );
}

function parseChecks(fixture: string, prefix: string): Check[] {
  const line = new RegExp(`^\\s*; ${prefix}(?:-(NEXT|NOT|LABEL))?: (.*)$`, 'gm');
  return [...fixture.matchAll(line)].map(([text, kind, pattern = '']) => ({
    kind: kind === 'NEXT' || kind === 'NOT' || kind === 'LABEL' ? kind : 'plain',
    pattern: compile(pattern),
    text,
  }));
}

function compile(pattern: string): RegExp {
  const parts = pattern.trim().split(/\{\{(.*?)\}\}/);
  const source = parts.map((part, index) => {
    if (index % 2 === 1) return `(?:${part})`;
    return part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/\s+/g, ' ');
  });
  return new RegExp(source.join(''));
}
