/** One page that needs no server, no network and no script. */
import type { Change, FunctionChanges, ModuleChanges } from '../compare.js';
import { type DiffReport, describe, type FilePair, placeOf, spell } from '../report.js';
import { PROTECTIONS } from '../site.js';
import { summary } from './text.js';

const STYLE = `
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem; color: #1a1a1a; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 1rem; }
th, td { text-align: left; padding: .2rem .6rem; border-bottom: 1px solid #ddd; vertical-align: top; }
td.number { text-align: right; font-variant-numeric: tabular-nums; }
code { font: 13px ui-monospace, monospace; }
.lost { color: #b00020; font-weight: 600; } .gained { color: #12712f; } .changed { color: #8a5a00; }
.added { color: #0b6a8a; } .removed { color: #7a2c8a; }
details > summary { cursor: pointer; }
@media (prefers-color-scheme: dark) { body { background: #16181b; color: #e4e4e4; } th, td { border-color: #3a3d42; } }
`;

/** The report as an HTML document. */
export function formatHtml(report: DiffReport): string {
  const files = report.files.map(fileSection).join('');
  const total = escapeHtml(summary(report));
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>tme-box diff: ${total}</title><style>${STYLE}</style></head>
<body>
<h1>tme-box diff</h1>
<p id="summary">${total}</p>
${files}</body>
</html>
`;
}

function fileSection({ name, kind, changes }: FilePair): string {
  const note = kind === 'both' ? '' : ` (${kind})`;
  const functions = changes?.functions.filter((fn) => fn.kind !== 'same') ?? [];
  const sections =
    changes === undefined ? '' : functions.map((fn) => functionSection(fn, changes)).join('');
  const nothing = kind === 'both' && functions.length === 0 ? '<p>No differences.</p>\n' : '';
  return `<h2>${escapeHtml(name)}${note}</h2>\n${nothing}${sections}`;
}

function functionSection(fn: FunctionChanges, module: ModuleChanges): string {
  const lost = fn.changes.some(({ kind }) => kind === 'lost');
  const note = fn.kind === 'changed' ? '' : ` <span class="${fn.kind}">${fn.kind}</span>`;
  const rows = fn.changes.map((change) => changeRow(change, module)).join('');
  return `<details${lost ? ' open' : ''}>
<summary><code>${escapeHtml(fn.name)}</code>${note}</summary>
${countsTable(fn)}<table><tr><th>Change</th><th>Place</th><th>What</th></tr>
${rows}</table>
</details>
`;
}

function countsTable({ old, fresh }: FunctionChanges): string {
  const rows = PROTECTIONS.filter((p) => old[p] !== undefined || fresh[p] !== undefined)
    .map(
      (p) =>
        `<tr><td>${p}</td><td class="number">${old[p] ?? 0}</td><td class="number">${fresh[p] ?? 0}</td></tr>\n`,
    )
    .join('');
  return `<table><tr><th>Confined</th><th>before</th><th>after</th></tr>\n${rows}</table>\n`;
}

function changeRow(change: Change, module: ModuleChanges): string {
  const where = spell(placeOf(change, module));
  const cells = `<td><code>${escapeHtml(where)}</code></td><td>${escapeHtml(describe(change))}</td>`;
  return `<tr><td class="${change.kind}">${change.kind}</td>${cells}</tr>\n`;
}

/** Names in IR may hold any byte. */
function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
