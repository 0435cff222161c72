/** One function: its source beside its instrumented IR, its accesses and calls, its local objects. */
import { FATES, type Fate, type FunctionDetail, type SiteDetail } from '../data.js';
import { byId, choice, element, grouped, within } from './dom.js';
import { Lines } from './lines.js';
import { count, details, type Entry, placeOf } from './model.js';
import { Pane, type Shown } from './pane.js';

const SITE_HEIGHT = 22;
const SIDES = ['C source', 'IR before'] as const;
type Side = (typeof SIDES)[number];

export class FunctionView {
  readonly #left = new Pane(byId('left'), (line, pinned) => {
    this.#point(line, pinned);
  });
  readonly #right = new Pane(byId('right'), (line, pinned) => {
    this.#point(line, pinned);
  });
  readonly #sites = new Lines(within(byId('sites'), '.scroll'), SITE_HEIGHT);
  readonly #objects = new Lines(within(byId('objects'), '.scroll'), SITE_HEIGHT);
  #side: Side = 'C source';

  async show(entry: Entry): Promise<void> {
    byId('name').textContent = entry.name;
    byId('place').textContent = placeOf(entry);
    byId('chips').replaceChildren(...chips(entry));
    const detail = (await details(entry.unit))[entry.index];
    if (detail === undefined) return;
    this.#showLeft(detail, detail.source === undefined ? 'IR before' : 'C source');
    const { after, sites, objects } = detail;
    this.#right.show(
      after && { code: after, language: 'ir', fates: worst(sites, (site) => site.after) },
    );
    this.#showSites(sites);
    this.#objects.set(objects.length, (index) => {
      const { name = '', size, moved } = objects[index] ?? {};
      const where =
        moved === undefined ? labelled('safe', 'native') : labelled('confined', 'moved');
      const bytes = element('span', 'number', size === undefined ? '?' : `${grouped(size)} B`);
      return element(
        'div',
        'site object',
        where,
        element('code', '', name),
        bytes,
        element('span', 'soft', moved ?? 'proven safe'),
      );
    });
  }

  #showLeft(detail: FunctionDetail, side: Side): void {
    this.#side = side;
    const sides = detail.source === undefined ? SIDES.slice(1) : SIDES;
    choice(byId('side'), sides, side, (chosen) => {
      this.#showLeft(detail, chosen);
    });
    this.#left.show(leftOf(detail, side));
  }

  #showSites(sites: readonly SiteDetail[]): void {
    const present = FATES.filter((fate) => sites.some((site) => site.fate === fate));
    choice(byId('fates'), ['all', ...present], 'all', (fate) => {
      this.#listSites(fate === 'all' ? sites : sites.filter((site) => site.fate === fate));
    });
    this.#listSites(sites);
  }

  #listSites(sites: readonly SiteDetail[]): void {
    this.#sites.set(sites.length, (index) => {
      const site = sites[index];
      if (site === undefined) return element('div', '');
      const { fate, action, why, source, after } = site;
      const row = element(
        'div',
        'site',
        labelled(fate, fate),
        element('code', '', action),
        element('span', 'soft', why),
        element('span', 'number', source > 0 ? `C ${source}` : ''),
        element('span', 'number', after > 0 ? `IR ${after}` : ''),
      );
      row.title = why;
      row.addEventListener('click', () => {
        this.#point(source, true);
        this.#right.reveal(after);
        this.#left.reveal(this.#side === 'C source' ? source : site.before);
      });
      return row;
    });
  }

  #point(line: number, pinned: boolean): void {
    for (const pane of [this.#left, this.#right]) {
      if (pinned) pane.pin(line);
      else pane.link(line);
    }
  }
}

function leftOf({ source, before, sites }: FunctionDetail, side: Side): Shown {
  return side === 'C source' && source !== undefined
    ? {
        code: source,
        language: 'c',
        fates: worst(
          sites.filter(({ fate }) => fate !== 'direct'),
          (site) => site.source,
        ),
      }
    : { code: before, language: 'ir', fates: worst(sites, (site) => site.before) };
}

/** Of several sites in a line the one that is confined least counts. */
const ORDER: readonly Fate[] = [
  'direct',
  'added',
  'table',
  'free',
  'safe',
  'confined',
  'open',
  'refused',
];

function worst(
  sites: readonly SiteDetail[],
  lineOf: (site: SiteDetail) => number,
): ReadonlyMap<number, Fate> {
  const fates = new Map<number, Fate>();
  for (const site of sites) {
    const line = lineOf(site);
    const known = fates.get(line);
    if (line > 0 && (known === undefined || ORDER.indexOf(site.fate) > ORDER.indexOf(known)))
      fates.set(line, site.fate);
  }
  return fates;
}

/** A word with the colour of a fate before it. */
export function labelled(fate: Fate, text: string): HTMLElement {
  return element('span', '', element('span', `dot ${fate}`), text);
}

function chips(entry: Entry): readonly HTMLElement[] {
  const fates = FATES.filter((fate) => count(entry, fate) > 0).map((fate) =>
    labelled(fate, `${grouped(count(entry, fate))} ${fate}`),
  );
  if (entry.size === undefined) return fates;
  const { before, after } = entry.size;
  return [...fates, element('span', '', `${grouped(before)} → ${grouped(after)} bytes`)];
}
