/** A pane of code: numbered lines, the fates of their accesses in the margin, and a strip that shows them all. */
import type { Code, Fate } from '../data.js';
import { color, element, paper, within } from './dom.js';
import { highlight, type Language } from './highlight.js';
import { Lines } from './lines.js';

const LINE_HEIGHT = 18;
/** Width of the numbers and marks beside a line, in characters. */
const MARGIN = 12;

/** What is shown in a pane. */
export interface Shown {
  readonly code: Code;
  readonly language: Language;
  /** The worst fate of each line that has an access or a call, by its number. */
  readonly fates: ReadonlyMap<number, Fate>;
}

export class Pane {
  readonly #lines: Lines;
  readonly #strip: HTMLElement;
  #shown: Shown | undefined;
  #linked = 0;
  #pinned = 0;

  /** @param point called with the line of the source file that a line under the pointer belongs to, 0 for none */
  constructor(pane: HTMLElement, point: (line: number, pinned: boolean) => void) {
    const box = within(pane, '.scroll');
    this.#lines = new Lines(box, LINE_HEIGHT);
    this.#strip = within(pane, 'canvas');
    this.#strip.addEventListener('click', ({ offsetY }) => {
      const lines = this.#shown?.code.lines.length ?? 0;
      this.#lines.reveal(Math.floor((offsetY / this.#strip.clientHeight) * lines));
    });
    const originAt = ({ target }: MouseEvent): number => {
      const line = target instanceof Element ? target.closest('.line') : null;
      return line instanceof HTMLElement ? Number(line.dataset['origin']) : 0;
    };
    box.addEventListener('mousemove', (event) => {
      point(originAt(event), false);
    });
    box.addEventListener('click', (event) => {
      point(originAt(event), true);
    });
  }

  show(shown: Shown | undefined): void {
    this.#shown = shown;
    this.#linked = 0;
    this.#pinned = 0;
    const lines = shown?.code.lines ?? [];
    const longest = lines.reduce((most, { length }) => Math.max(most, length), 0);
    this.#lines.set(lines.length, (index) => this.#build(index), `${longest + MARGIN}ch`);
    this.#drawStrip();
  }

  /** Lights the lines that belong to a line of the source file. */
  link(origin: number): void {
    if (origin === this.#linked) return;
    this.#linked = origin;
    this.#lines.refresh();
  }

  /** Marks these lines and brings the first into sight. */
  pin(origin: number): void {
    this.#pinned = origin;
    this.#lines.refresh();
    const first = origin === 0 ? -1 : (this.#shown?.code.origins.indexOf(origin) ?? -1);
    if (first >= 0) this.#lines.reveal(first);
  }

  /** Brings a line into sight by its number. */
  reveal(line: number): void {
    if (this.#shown !== undefined && line > 0) this.#lines.reveal(line - this.#shown.code.first);
  }

  #build(index: number): HTMLElement {
    if (this.#shown === undefined) return element('div', 'line');
    const { code, language, fates } = this.#shown;
    const number = code.first + index;
    const origin = code.origins[index] ?? 0;
    const mark = element('u', fates.get(number) ?? '');
    const line = element('div', 'line', element('i', '', String(number)), mark);
    line.append(...highlight(code.lines[index] ?? '', language));
    line.dataset['origin'] = String(origin);
    if (origin > 0 && origin === this.#linked) line.classList.add('linked');
    if (origin > 0 && origin === this.#pinned) line.classList.add('pinned');
    return line;
  }

  #drawStrip(): void {
    const { context, width, height } = paper(this.#strip);
    if (this.#shown === undefined) return;
    const { code, fates } = this.#shown;
    const step = Math.min(height / code.lines.length, LINE_HEIGHT);
    for (const [line, fate] of fates) {
      if (fate === 'direct') continue;
      context.fillStyle = color(fate);
      context.fillRect(4, (line - code.first) * step, width - 8, Math.max(1.5, step - 1));
    }
  }
}
