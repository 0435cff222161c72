/** Draws the treemap, and says what is under the pointer. */
import { FATES, type Fate } from '../data.js';
import { byId, color, grouped, paper } from './dom.js';
import { accesses, count, type Entry, placeOf } from './model.js';
import { type Box, squarify } from './treemap.js';

/** What the area of a function means. */
export const AREAS = ['accesses', 'confined', 'proven safe', 'added', 'code bytes'] as const;
export type Area = (typeof AREAS)[number];

/** Height of the line with a file's name. */
const LABEL = 16;
const FONT = '11px system-ui, sans-serif';

function areaOf(entry: Entry, area: Area): number {
  switch (area) {
    case 'accesses':
      return accesses(entry);
    case 'confined':
      return count(entry, 'confined');
    case 'proven safe':
      return count(entry, 'safe');
    case 'added':
      return count(entry, 'added');
    case 'code bytes':
      return entry.size?.after ?? 0;
  }
}

type Place = Box & ({ readonly entry: Entry } | { readonly file: string });

export class Plot {
  readonly #canvas = byId('map');
  #places: readonly Place[] = [];

  constructor(open: (entry: Entry) => void, filter: (file: string) => void) {
    this.#canvas.addEventListener('mousemove', (event) => {
      byId('hint').textContent = describe(this.#at(event));
    });
    this.#canvas.addEventListener('click', (event) => {
      const place = this.#at(event);
      if (place === undefined) return;
      if ('entry' in place) open(place.entry);
      else filter(place.file);
    });
  }

  draw(entries: readonly Entry[], area: Area): void {
    const { context, width, height } = paper(this.#canvas);
    const files = byFile(entries, area);
    const boxes = squarify(
      files.map(({ value }) => value),
      { x: 0, y: 0, width, height },
    );
    context.font = FONT;
    context.textBaseline = 'middle';
    this.#places = files.flatMap(({ file, members }, index) => {
      const box = boxes[index];
      return box === undefined ? [] : drawFile(context, file, members, shrunk(box), area);
    });
    byId('hint').textContent = describe(undefined);
  }

  #at({ offsetX: x, offsetY: y }: MouseEvent): Place | undefined {
    return this.#places.findLast(
      (box) => x >= box.x && x < box.x + box.width && y >= box.y && y < box.y + box.height,
    );
  }
}

interface FileGroup {
  readonly file: string;
  readonly value: number;
  readonly members: readonly Entry[];
}

/** Files and their functions, the largest first, without what has no area. */
function byFile(entries: readonly Entry[], area: Area): readonly FileGroup[] {
  const groups = Map.groupBy(
    entries.filter((entry) => areaOf(entry, area) > 0),
    ({ file }) => file,
  );
  return [...groups]
    .map(([file, members]) => ({
      file,
      value: members.reduce((sum, entry) => sum + areaOf(entry, area), 0),
      members: members.toSorted((a, b) => areaOf(b, area) - areaOf(a, area)),
    }))
    .toSorted((a, b) => b.value - a.value);
}

function shrunk({ x, y, width, height }: Box): Box {
  return { x: x + 1, y: y + 1, width: Math.max(0, width - 2), height: Math.max(0, height - 2) };
}

function drawFile(
  context: CanvasRenderingContext2D,
  file: string,
  members: readonly Entry[],
  box: Box,
  area: Area,
): readonly Place[] {
  const label = box.height > 3 * LABEL && box.width > 60 ? LABEL : 0;
  context.fillStyle = color('hover');
  context.fillRect(box.x, box.y, box.width, box.height);
  context.fillStyle = color('ink');
  if (label > 0) write(context, tail(file), { ...box, height: label });
  const inner = { ...box, y: box.y + label, height: box.height - label };
  const boxes = squarify(
    members.map((entry) => areaOf(entry, area)),
    inner,
  );
  const places: Place[] = [{ ...box, file }];
  members.forEach((entry, index) => {
    const place = boxes[index];
    if (place === undefined) return;
    drawFunction(context, entry, place);
    places.push({ ...place, entry });
  });
  return places;
}

/** Bands of the colours of what became of its accesses, with its name where there is room. */
function drawFunction(context: CanvasRenderingContext2D, entry: Entry, place: Box): void {
  const { x, y, width, height } = shrunk({
    ...place,
    x: place.x - 0.5,
    y: place.y - 0.5,
    width: place.width + 1,
    height: place.height + 1,
  });
  const fates: readonly Fate[] = FATES.filter((fate) => fate !== 'direct');
  const total = fates.reduce((sum, fate) => sum + count(entry, fate), 0);
  let at = y;
  for (const fate of fates) {
    const part = total === 0 ? 0 : (count(entry, fate) / total) * height;
    context.fillStyle = color(fate);
    context.fillRect(x, at, width, part);
    at += part;
  }
  if (width < 46 || height < 14) return;
  context.fillStyle = color('paper');
  write(context, entry.name, { x, y, width, height: Math.min(height, LABEL) });
}

/** Text that is cut where its box ends. */
function write(
  context: CanvasRenderingContext2D,
  text: string,
  { x, y, width, height }: Box,
): void {
  context.save();
  context.beginPath();
  context.rect(x, y, width - 3, height);
  context.clip();
  context.fillText(fitting(context, text, width - 8), x + 4, y + height / 2 + 0.5);
  context.restore();
}

/** As much of a text as has room; nothing where that would say nothing. */
function fitting(context: CanvasRenderingContext2D, text: string, width: number): string {
  const length = Math.floor((text.length * width) / context.measureText(text).width);
  if (length >= text.length) return text;
  return length < 4 ? '' : `${text.slice(0, length - 1)}…`;
}

/** The last parts of a path. */
function tail(file: string): string {
  return file.split('/').slice(-2).join('/');
}

function describe(place: Place | undefined): string {
  if (place === undefined)
    return 'Each rectangle is a function; click to open it, or a file’s name to see that file alone.';
  if (!('entry' in place)) return place.file;
  const { entry } = place;
  const parts = FATES.filter((fate) => count(entry, fate) > 0).map(
    (fate) => `${grouped(count(entry, fate))} ${fate}`,
  );
  return `${entry.name}  ·  ${placeOf(entry)}  ·  ${parts.join(', ')}`;
}
