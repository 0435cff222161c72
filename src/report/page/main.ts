/** The page of a report: the overview, and one function at a time; which, says the address behind `#`. */
import { FATES, type UnitSummary } from '../data.js';
import { byId, choice, element, grouped } from './dom.js';
import { FunctionView, labelled } from './function.js';
import { accesses, count, type Entry, entries, FATE_WORDS, readIndex } from './model.js';
import { AREAS, type Area, Plot } from './plot.js';
import { shareBar, Table, totals } from './table.js';

const index = readIndex();
const all = entries(index.units);
const byKey = new Map(all.map((entry) => [entry.key, entry]));
const open = (entry: Entry): void => {
  location.hash = entry.key;
};
const table = new Table(all, open);
const plot = new Plot(open, (file) => {
  table.filter(file);
});
const view = new FunctionView();
let area: Area = 'accesses';

function showOverview(): void {
  document.title = `tme-box report: ${index.title}`;
  byId('title').textContent = index.title;
  byId('about').textContent = about(index.units);
  byId('figures').replaceChildren(...figures());
  const { fates } = totals(all);
  const legend = FATES.filter((fate) => (fates[fate] ?? 0) > 0).map((fate) =>
    labelled(fate, `${grouped(fates[fate] ?? 0)} ${FATE_WORDS[fate]}`),
  );
  byId('share').replaceChildren(shareBar(fates, 1), element('div', 'legend', ...legend));
  byId('problems').replaceChildren(...problems());
  const areas = all.some(({ size }) => size !== undefined) ? AREAS : AREAS.slice(0, -1);
  choice(byId('area'), areas, area, (chosen) => {
    area = chosen;
    plot.draw(all, area);
  });
}

function about(units: readonly UnitSummary[]): string {
  const kinds = [...new Set(units.map(({ isolation, lowering }) => `${isolation}, ${lowering}`))];
  return `${grouped(units.length)} modules · ${kinds.join('; ')} · tme-box ${index.version}`;
}

function figures(): readonly HTMLElement[] {
  const { fates, before, after, objects, moved } = totals(all);
  const sum = { fates };
  const of = accesses(sum);
  const share = (n: number): string => (of === 0 ? '–' : `${((100 * n) / of).toFixed(1)} %`);
  const refused =
    count(sum, 'refused') + index.units.filter(({ instrumented }) => !instrumented).length;
  return [
    figure(grouped(all.length), 'functions'),
    figure(grouped(of), 'accesses'),
    figure(share(count(sum, 'confined')), 'confined'),
    figure(share(count(sum, 'safe')), 'proven safe'),
    figure(`${grouped(moved)} of ${grouped(objects)}`, 'local objects moved'),
    figure(grouped(count(sum, 'table')), 'indirect calls by table'),
    figure(grouped(count(sum, 'refused')), 'refused', refused > 0),
    ...(before === 0
      ? []
      : [
          figure(
            `${after >= before ? '+' : ''}${(100 * (after / before - 1)).toFixed(1)} %`,
            'code size',
          ),
        ]),
  ];
}

function figure(value: string, what: string, bad = false): HTMLElement {
  return element('div', bad ? 'bad' : '', element('b', '', value), element('span', '', what));
}

function problems(): readonly HTMLElement[] {
  const rows = index.units.flatMap(({ name, problems: found }) =>
    found.map(({ code, severity, message, line }) =>
      element(
        'tr',
        '',
        element('td', '', labelled(severity === 'error' ? 'refused' : 'table', code)),
        element('td', 'soft', line > 0 ? `${name}:${line}` : name),
        element('td', '', message),
      ),
    ),
  );
  return rows.length === 0 ? [] : [element('h2', '', 'Diagnostics'), element('table', '', ...rows)];
}

function route(): void {
  const entry = byKey.get(location.hash.slice(1));
  byId('overview').hidden = entry !== undefined;
  byId('function').hidden = entry === undefined;
  if (entry === undefined) plot.draw(all, area);
  else void view.show(entry);
}

window.addEventListener('hashchange', route);
window.addEventListener('resize', () => {
  if (!byId('overview').hidden) plot.draw(all, area);
});
window.addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && !byId('function').hidden) location.hash = '';
  if (event.key === '/' && event.target !== byId('search')) {
    event.preventDefault();
    byId('search').focus();
  }
});
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', route);
showOverview();
route();
