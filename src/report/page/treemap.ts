/** The plot: files as frames, functions in them by area. */

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/**
 * Boxes for values, in their order, which has to fall: rows are filled along the shorter side as long as their boxes
 * come closer to squares.
 *
 * @see M. Bruls, K. Huizing, J. van Wijk, "Squarified Treemaps" (2000)
 */
export function squarify(values: readonly number[], box: Box): readonly Box[] {
  const total = values.reduce((sum, value) => sum + value, 0);
  const scale = total === 0 ? 0 : (box.width * box.height) / total;
  const areas = values.map((value) => value * scale);
  const boxes: Box[] = [];
  let left = box;
  for (let from = 0; from < areas.length;) {
    const side = Math.min(left.width, left.height);
    let sum = areas[from] ?? 0;
    let to = from + 1;
    for (; to < areas.length; to++) {
      const longer = sum + (areas[to] ?? 0);
      if (worst(areas, from, to, sum, side) < worst(areas, from, to + 1, longer, side)) break;
      sum = longer;
    }
    left = layRow(areas.slice(from, to), sum, left, boxes);
    from = to;
  }
  return boxes;
}

/** The ratio of the sides of the box that is least like a square; areas fall, so it is the first or the last. */
function worst(
  areas: readonly number[],
  from: number,
  to: number,
  sum: number,
  side: number,
): number {
  const thickness = sum / side;
  const ratio = (area: number): number => {
    const length = area / thickness;
    return Math.max(length / thickness, thickness / length);
  };
  return Math.max(ratio(areas[from] ?? 0), ratio(areas[to - 1] ?? 0));
}

/** @returns what is left of the box */
function layRow(row: readonly number[], sum: number, box: Box, boxes: Box[]): Box {
  const { x, y, width, height } = box;
  const upright = width >= height;
  const thickness = upright ? sum / height : sum / width;
  let at = upright ? y : x;
  for (const area of row) {
    const length = thickness === 0 ? 0 : area / thickness;
    boxes.push(
      upright
        ? { x, y: at, width: thickness, height: length }
        : { x: at, y, width: length, height: thickness },
    );
    at += length;
  }
  return upright
    ? { x: x + thickness, y, width: width - thickness, height }
    : { x, y: y + thickness, width, height: height - thickness };
}
