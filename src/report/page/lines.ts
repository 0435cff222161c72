/** A list of rows of one height, of which only the visible ones are built. */
import { element } from './dom.js';

/** Rows built above and below the visible ones. */
const MARGIN = 8;

export class Lines {
  readonly #box: HTMLElement;
  readonly #height: number;
  #sheet = element('div', '');
  #count = 0;
  #build: (index: number) => HTMLElement = () => element('div', '');
  readonly #built = new Map<number, HTMLElement>();

  constructor(box: HTMLElement, height: number) {
    this.#box = box;
    this.#height = height;
    box.addEventListener('scroll', () => {
      this.#show();
    });
    new ResizeObserver(() => {
      this.#show();
    }).observe(box);
  }

  /** Shows other rows from the top. `width` is that of the longest, as CSS writes it. */
  set(count: number, build: (index: number) => HTMLElement, width = '100%'): void {
    this.#count = count;
    this.#build = build;
    this.#sheet = element('div', '');
    this.#sheet.style.height = `${count * this.#height}px`;
    this.#sheet.style.minWidth = width;
    this.#box.replaceChildren(this.#sheet);
    this.#box.scrollTop = 0;
    this.refresh();
  }

  /** Builds the visible rows again. */
  refresh(): void {
    this.#built.clear();
    this.#sheet.replaceChildren();
    this.#show();
  }

  /** Brings a row to the middle unless it is in sight. */
  reveal(index: number): void {
    const top = index * this.#height;
    const { scrollTop, clientHeight } = this.#box;
    if (top > scrollTop + this.#height && top < scrollTop + clientHeight - 2 * this.#height) return;
    this.#box.scrollTop = top - clientHeight / 2;
    this.#show();
  }

  #show(): void {
    const { scrollTop, clientHeight } = this.#box;
    const first = Math.max(0, Math.floor(scrollTop / this.#height) - MARGIN);
    const last = Math.min(
      this.#count,
      Math.ceil((scrollTop + clientHeight) / this.#height) + MARGIN,
    );
    for (const [index, row] of this.#built) {
      if (index >= first && index < last) continue;
      row.remove();
      this.#built.delete(index);
    }
    for (let index = first; index < last; index++) {
      if (this.#built.has(index)) continue;
      const row = this.#build(index);
      row.style.top = `${index * this.#height}px`;
      this.#built.set(index, row);
      this.#sheet.append(row);
    }
  }
}
