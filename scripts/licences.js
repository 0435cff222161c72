/** The licences of the packages that a bundle is made of: a bundle holds their code, so it has to come with them. */

import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

const LICENCE = /^(?:licen[cs]e|copying)(?:[.-].*)?$/i;

/** The folder of the package that a file belongs to, or undefined for our own. */
const packageOf = (file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0];

/**
 * Writes `NAME-VERSION.txt` for each package to `folder`.
 *
 * @param files all files that went into bundles
 * @throws for a package without a licence text
 */
export function writeLicences(folder, files) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const path of new Set(files.flatMap((file) => packageOf(file) ?? []))) {
    const { name, version } = JSON.parse(readFileSync(`${path}/package.json`, 'utf8'));
    const texts = readdirSync(path).filter((entry) => LICENCE.test(entry));
    if (texts.length === 0) throw new Error(`${path} has no licence text`);
    const text = texts.map((entry) => readFileSync(`${path}/${entry}`, 'utf8')).join('\n');
    writeFileSync(`${folder}/${name.replace('/', '-')}-${version}.txt`, text);
  }
}
