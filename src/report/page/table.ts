/** The table: functions or files, searched and sorted. */
import { FATES, type FateCounts } from '../data.js';
import { byId, choice, element, grouped } from './dom.js';
import { Lines } from './lines.js';
import { accesses, count, type Entry, placeOf } from './model.js';

const ROW_HEIGHT = 28;
const GROUPINGS = ['Functions', 'Files'] as const;
type Grouping = (typeof GROUPINGS)[number];

/** A function, or all functions of a file. */
interface Row {
  readonly name: string;
  readonly place: string;
  readonly fates: FateCounts;
  readonly objects: number;
  readonly moved: number;
  readonly before: number;
  readonly after: number;
  /** Undefined for a file. */
  readonly entry: Entry | undefined;
}

interface Column {
  readonly title: string;
  readonly help: string;
  readonly value: (row: Row) => number | string;
  /** Absent: always. */
  readonly isKnown?: (row: Row) => boolean;
}

/** Code that could not be generated has no size. */
const hasSize = ({ before }: Row): boolean => before > 0;

const COLUMNS: readonly Column[] = [
  { title: 'Name', help: 'function or file', value: ({ name }) => name },
  { title: 'Place', help: 'where it is defined', value: ({ place }) => place },
  { title: 'Accesses', help: 'accesses of the program', value: accesses },
  { title: 'confined', help: 'go through the window', value: (row) => count(row, 'confined') },
  { title: 'safe', help: 'proven to stay in a local object', value: (row) => count(row, 'safe') },
  { title: 'refused', help: 'have no confined form', value: (row) => count(row, 'refused') },
  { title: 'added', help: 'made by the passes', value: (row) => count(row, 'added') },
  {
    title: 'indirect',
    help: 'calls through pointers',
    value: (row) => count(row, 'table') + count(row, 'free'),
  },
  {
    title: 'moved',
    help: 'local objects that moved to the data stack',
    value: ({ moved }) => moved,
  },
  {
    title: 'bytes',
    help: 'machine code, instrumented',
    value: ({ after }) => after,
    isKnown: hasSize,
  },
  {
    title: 'before',
    help: 'machine code before the passes',
    value: ({ before }) => before,
    isKnown: hasSize,
  },
  { title: 'growth', help: 'of the machine code', value: growth, isKnown: hasSize },
];

function growth({ before, after }: Row): number {
  return before === 0 ? 0 : after / before - 1;
}

export class Table {
  readonly #entries: readonly Entry[];
  readonly #open: (entry: Entry) => void;
  readonly #lines = new Lines(byId('rows'), ROW_HEIGHT);
  readonly #search: HTMLInputElement;
  #grouping: Grouping = 'Functions';
  #sorted = { column: 2, falling: true };
  #rows: readonly Row[] = [];

  constructor(entries: readonly Entry[], open: (entry: Entry) => void) {
    this.#entries = entries;
    this.#open = open;
    const search = byId('search');
    if (!(search instanceof HTMLInputElement)) throw new Error('#search is no input');
    this.#search = search;
    search.addEventListener('input', () => {
      this.#update();
    });
    this.#choose('Functions');
  }

  /** Shows the functions of one file. */
  filter(file: string): void {
    this.#search.value = file;
    this.#choose('Functions');
  }

  #choose(grouping: Grouping): void {
    this.#grouping = grouping;
    choice(byId('grouping'), GROUPINGS, grouping, (name) => {
      this.#grouping = name;
      this.#update();
    });
    this.#update();
  }

  #update(): void {
    const words = this.#search.value.toLowerCase().split(/\s+/);
    const rows =
      this.#grouping === 'Functions' ? this.#entries.map(rowOf) : fileRows(this.#entries);
    const { column, falling } = this.#sorted;
    const { value } = COLUMNS[column] ?? { value: () => 0 };
    this.#rows = rows
      .filter(({ name, place }) => {
        const text = `${name} ${place}`.toLowerCase();
        return words.every((word) => text.includes(word));
      })
      .toSorted((a, b) => (falling ? -1 : 1) * compare(value(a), value(b)));
    byId('count').textContent = `${grouped(this.#rows.length)} of ${grouped(rows.length)}`;
    this.#drawHead();
    const most = this.#rows.reduce((sum, row) => Math.max(sum, siteCount(row)), 1);
    this.#lines.set(this.#rows.length, (index) => this.#build(index, most));
  }

  #drawHead(): void {
    const { column: sorted, falling } = this.#sorted;
    const cells = COLUMNS.map(({ title, help }, column) => {
      const arrow = column === sorted ? (falling ? ' ↓' : ' ↑') : '';
      const button = element('button', column < 3 ? 'words' : '', `${title}${arrow}`);
      button.title = help;
      if (column === sorted) button.setAttribute('aria-sort', falling ? 'descending' : 'ascending');
      button.addEventListener('click', () => {
        this.#sorted = { column, falling: column === sorted ? !falling : column > 1 };
        this.#update();
      });
      return button;
    });
    byId('head').replaceChildren(...cells);
  }

  #build(index: number, most: number): HTMLElement {
    const row = this.#rows[index];
    if (row === undefined) return element('div', '');
    const cells = COLUMNS.map(({ value, isKnown }, column) => {
      if (column === 2) return shareBar(row.fates, siteCount(row) / most);
      const content = value(row);
      if (typeof content === 'string')
        return element(column === 0 ? 'code' : 'span', column === 0 ? '' : 'soft', content);
      if (isKnown?.(row) === false) return element('span', 'number zero', '–');
      const text = column === COLUMNS.length - 1 ? percent(row) : grouped(content);
      const bad = column === 5 && content > 0 ? ' bad' : '';
      return element('span', `number${content === 0 ? ' zero' : ''}${bad}`, text);
    });
    const made = element('div', 'row', ...cells);
    made.title = `${row.name}\n${row.place}\n${grouped(accesses(row))} accesses`;
    made.addEventListener('click', () => {
      if (row.entry === undefined) this.filter(row.name);
      else this.#open(row.entry);
    });
    return made;
  }
}

function compare(a: number | string, b: number | string): number {
  return typeof a === 'number' && typeof b === 'number' ? a - b : String(a) < String(b) ? -1 : 1;
}

function percent(row: Row): string {
  const value = Math.round(growth(row) * 100);
  return `${value > 0 ? '+' : ''}${value} %`;
}

function siteCount({ fates }: Row): number {
  return FATES.reduce((sum, fate) => sum + (fate === 'direct' ? 0 : (fates[fate] ?? 0)), 0);
}

/** The colours of the fates, as long as their counts; calls by name need no confinement, and are left out. */
export function shareBar(fates: FateCounts, width: number): HTMLElement {
  const parts = FATES.flatMap((fate) => {
    const n = fates[fate] ?? 0;
    if (n === 0 || fate === 'direct') return [];
    const part = element('span', fate);
    part.style.flexGrow = String(n);
    part.title = `${grouped(n)} ${fate}`;
    return [part];
  });
  const bar = element('div', 'stack', ...parts);
  bar.style.width = `${Math.max(2, width * 100)}%`;
  return bar;
}

function rowOf(entry: Entry): Row {
  const { name, fates, objects, moved, size } = entry;
  const { before, after } = size ?? { before: 0, after: 0 };
  return { name, place: placeOf(entry), fates, objects, moved, before, after, entry };
}

function fileRows(entries: readonly Entry[]): readonly Row[] {
  return [...Map.groupBy(entries, ({ file }) => file)].map(([file, members]) => ({
    ...totals(members),
    name: file,
    place: `${grouped(members.length)} functions`,
    entry: undefined,
  }));
}

/** Sums over functions. */
export function totals(
  members: readonly Entry[],
): Pick<Row, 'fates' | 'objects' | 'moved' | 'before' | 'after'> {
  const sum = (of: (entry: Entry) => number): number =>
    members.reduce((total, entry) => total + of(entry), 0);
  return {
    fates: Object.fromEntries(FATES.map((fate) => [fate, sum((entry) => count(entry, fate))])),
    objects: sum(({ objects }) => objects),
    moved: sum(({ moved }) => moved),
    before: sum(({ size }) => size?.before ?? 0),
    after: sum(({ size }) => size?.after ?? 0),
  };
}
