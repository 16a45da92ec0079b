// Whether a second look pays, and what two looks at one picture have seen together.
import type { Corners, SeenLine } from './seen-image.ts';

/** Below this a line is noise more often than text. */
export const leastConfidence = 0.6;

const wellRead = 0.9;

/**
 * A picture promises more than was read when a line of it was half read, or when what lettering on machines
 * goes in pairs is alone: a name without a number, a number without a name. Where no line was found at all
 * nothing is promised.
 */
export function promisesMore(lines: readonly SeenLine[]): boolean {
  if (lines.length === 0) return false;
  const clear = lines.filter(({ confidence }) => confidence >= wellRead);
  const words = clear.flatMap(({ text }) => text.split(' '));
  const hasName = words.some((word) => /^\P{N}*\p{L}{3}\P{N}*$/u.test(word));
  const hasNumber = words.some((word) => /\p{N}/u.test(word) && word.length >= 2);
  if (!hasName || !hasNumber) return true;
  const tallest = Math.max(...clear.map(({ corners }) => heightOf(corners)));
  return lines.some(
    ({ confidence, corners }) => confidence < wellRead && heightOf(corners) > tallest / 2,
  );
}

/** Of two readings of one place the surer one counts; lines from top to bottom, as each look has them. */
export function joinLines(first: readonly SeenLine[], second: readonly SeenLine[]): SeenLine[] {
  const kept: SeenLine[] = [];
  for (const line of [...first, ...second].sort((a, b) => b.confidence - a.confidence))
    if (!kept.some((other) => overlap(line.corners, other.corners) > 0.5)) kept.push(line);
  return kept.sort((a, b) => topOf(a.corners) - topOf(b.corners));
}

const topOf = ([a, b]: Corners) => (a.y + b.y) / 2;
const heightOf = ([a, b, c, d]: Corners) =>
  (Math.hypot(d.x - a.x, d.y - a.y) + Math.hypot(c.x - b.x, c.y - b.y)) / 2;

/** What two lines share of the smaller one, by the upright boxes around them. */
function overlap(one: Corners, other: Corners): number {
  const [a, b] = [boxAround(one), boxAround(other)];
  const width = Math.min(a.right, b.right) - Math.max(a.left, b.left);
  const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
  return (Math.max(0, width) * Math.max(0, height)) / Math.max(1, Math.min(a.area, b.area));
}

function boxAround(corners: Corners) {
  const [xs, ys] = [corners.map(({ x }) => x), corners.map(({ y }) => y)];
  const [left, right] = [Math.min(...xs), Math.max(...xs)];
  const [top, bottom] = [Math.min(...ys), Math.max(...ys)];
  return { left, right, top, bottom, area: (right - left) * (bottom - top) };
}
