/** Elements of the page. */

/** The element with an id; the template has all that are asked for. */
export function byId(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no #${id}`);
  return found;
}

/** The first element below `parent` that matches. */
export function within(parent: HTMLElement, selector: string): HTMLElement {
  const found = parent.querySelector(selector);
  if (!(found instanceof HTMLElement)) throw new Error(`there is no ${selector}`);
  return found;
}

/** A new element. Text is text: names in IR may hold any character. */
export function element(
  tag: string,
  className: string,
  ...children: (Node | string)[]
): HTMLElement {
  const made = document.createElement(tag);
  if (className !== '') made.className = className;
  made.append(...children);
  return made;
}

/** Buttons of which one is pressed. */
export function choice<T extends string>(
  parent: HTMLElement,
  names: readonly T[],
  pressed: T,
  choose: (name: T) => void,
): void {
  const buttons = names.map((name) => {
    const button = element('button', '', name);
    button.setAttribute('aria-pressed', String(name === pressed));
    button.addEventListener('click', () => {
      for (const other of buttons) other.setAttribute('aria-pressed', String(other === button));
      choose(name);
    });
    return button;
  });
  parent.replaceChildren(...buttons);
}

const GROUPED = new Intl.NumberFormat('en');

/** A number with its thousands apart. */
export function grouped(value: number): string {
  return GROUPED.format(value);
}

/** A canvas in the pixels of the screen, cleared; drawn in CSS pixels. */
export function paper(canvas: HTMLElement): {
  readonly context: CanvasRenderingContext2D;
  readonly width: number;
  readonly height: number;
} {
  const context = canvas instanceof HTMLCanvasElement ? canvas.getContext('2d') : null;
  if (context === null) throw new Error('there is no canvas');
  const { clientWidth: width, clientHeight: height } = canvas;
  const scale = window.devicePixelRatio;
  context.canvas.width = Math.round(width * scale);
  context.canvas.height = Math.round(height * scale);
  context.scale(scale, scale);
  return { context, width, height };
}

/** The value of a custom property of the style: canvases take their colours from there. */
export function color(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}
