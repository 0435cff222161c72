/** Lines of IR and of source files, with what links them: debug locations. */
import type { DebugLocations } from '../diff/debug-locations.js';
import type { Location } from '../diff/site.js';
import type { FunctionBody } from '../ir/model/index.js';
import type { SourceText } from '../text/source.js';
import type { Code } from './data.js';

/** Most lines above a function that are shown with it: its comment. */
const MAXIMUM_COMMENT = 20;
/** Most lines below its last statement. */
const MAXIMUM_TAIL = 40;

/** The text of a function, with the lines of `home`, its source file, that its instructions come from. */
export function codeOf(
  body: FunctionBody,
  source: SourceText,
  locations: DebugLocations,
  home: string | undefined,
): Code {
  const { start, end } = body.function;
  const lines = source.text.slice(start, end).trimEnd().split('\n');
  const first = source.position(start).line;
  const origins = lines.map(() => 0);
  for (const { instructions } of body.blocks) {
    for (const instruction of instructions) {
      if (instruction.kind === 'debug-record') continue;
      const place = locations.inFunction(instruction);
      if (place === undefined || place.file !== home) continue;
      origins[source.position(instruction.start).line - first] = place.line;
    }
  }
  return { first, lines, origins };
}

/** The part of a source file that a function comes from: from the comment above it to its closing brace. */
export function excerpt(file: string, at: Location, code: Code): Code {
  const lines = file.split('\n');
  const first = withComment(lines, at.line);
  const last = withEnd(
    lines,
    code.origins.reduce((a, b) => Math.max(a, b), at.line),
  );
  const shown = lines.slice(first - 1, last);
  return { first, lines: shown, origins: shown.map((_, index) => first + index) };
}

/** The first line of what stands right above line `line`: the type of the result, and comments. */
function withComment(lines: readonly string[], line: number): number {
  let first = line;
  while (first > 1 && line - first < MAXIMUM_COMMENT) {
    const above = (lines[first - 2] ?? '').trimEnd();
    if (above === '' || above.startsWith('#') || /[;}]$/.test(above)) break;
    first--;
  }
  return first;
}

/** The line of the brace that ends a function whose last statement is in line `line`. */
function withEnd(lines: readonly string[], line: number): number {
  for (let last = line; last < Math.min(line + MAXIMUM_TAIL, lines.length); last++) {
    if (lines[last - 1]?.startsWith('}')) return last;
  }
  return Math.min(line, lines.length);
}
