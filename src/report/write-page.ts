/** Puts a report's data into the page: one document that needs no server and no network. */
import type { ReportIndex } from './data.js';

/** Where the data goes in the template that scripts/bundle.js makes. */
export const DATA_PLACE = '<!-- data -->';

/**
 * @param template the page without data
 * @param units the details of each unit, compressed by gzip, in base64
 * @returns the document, one character a byte
 */
export function writePage(
  template: string,
  index: ReportIndex,
  units: readonly string[],
): readonly string[] {
  const [head = '', tail = ''] = template.split(DATA_PLACE);
  return [
    head,
    `<script type="application/json" id="index">${jsonForScript(index)}</script>\n`,
    ...units.map((unit, at) => `<script type="text/plain" id="unit-${at}">${unit}</script>\n`),
    tail,
  ];
}

/** JSON that no HTML parser takes for the end of its script, or for a comment. */
export function jsonForScript(value: ReportIndex): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c');
}
