/** Statistics of a build, one JSON object a line; appended in one write, so that parallel compilations do not mix. */

import { appendFileSync } from 'node:fs';
import type { Statistics } from '../passes/pipeline.js';

export function appendStatistics(file: string, unit: string, statistics: Statistics): void {
  appendFileSync(file, `${JSON.stringify({ unit, ...statistics })}\n`);
}
