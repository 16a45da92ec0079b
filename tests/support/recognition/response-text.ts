// For tests and the bench: lettering written by hand, as Vision describes it.

/** A line of lettering. Confidence is .98 unless given, as a good reading has it. */
export interface Lettering {
  readonly text: string;
  readonly confidence?: number;
  /** Pixels; default 40. */
  readonly height?: number;
  /** Left and top in pixels; default: below the line before. */
  readonly x?: number;
  readonly y?: number;
  /** Instead of the three: x and y of the four corners, from the top left on, clockwise as the text runs. */
  readonly corners?: readonly number[];
}

type Corners = readonly [Point, Point, Point, Point];
interface Point {
  readonly x: number;
  readonly y: number;
}

/** The two forms of a text: `textAnnotations`, and with `both` also `fullTextAnnotation`. */
export function letterings(
  given: readonly (string | Lettering)[],
  form: 'both' | 'words' | 'bare',
) {
  if (given.length === 0) return {};
  const lines = placed(given);
  const text = lines.map((line) => line.text).join('\n');
  const blocks = lines.map((line) => ({ paragraphs: [{ words: wordsOf(line) }] }));
  const words = blocks.flatMap(({ paragraphs }) =>
    paragraphs.flatMap((paragraph) => paragraph.words),
  );
  const older = words.map(({ symbols, boundingBox }) => ({
    description: symbols.map((symbol) => symbol.text).join(''),
    boundingPoly: form === 'bare' ? null : boundingBox,
  }));
  return {
    textAnnotations: [{ locale: 'en', description: text }, ...older],
    ...(form === 'both' ? { fullTextAnnotation: { text, pages: [{ blocks }] } } : {}),
  };
}

interface Line {
  readonly text: string;
  readonly confidence: number;
  readonly corners: Corners;
}

function placed(given: readonly (string | Lettering)[]): Line[] {
  let below = 100;
  return given.map((one) => {
    const line = typeof one === 'string' ? { text: one } : one;
    const { text, confidence = 0.98, height = 40, x = 100, y = below } = line;
    below = y + height * 1.5;
    const right = x + text.length * height * 0.6;
    const bottom = y + height;
    return {
      text,
      confidence,
      corners: cornersOf(line.corners ?? [x, y, right, y, right, bottom, x, bottom]),
    };
  });
}

function cornersOf(numbers: readonly number[]): Corners {
  const at = (corner: number) => ({ x: numbers[corner * 2] ?? 0, y: numbers[corner * 2 + 1] ?? 0 });
  return [at(0), at(1), at(2), at(3)];
}

/** Vision parts a word at its hyphens; what follows without a blank has no break before it. */
function wordsOf({ text, confidence, corners }: Line) {
  const parts = [...text.matchAll(/[^\s-]+|-/gu)];
  return parts.map((part, at) => {
    const end = part.index + part[0].length;
    const last = at === parts.length - 1;
    const type = last ? 'LINE_BREAK' : /\s/u.test(text[end] ?? '') ? 'SPACE' : undefined;
    const characters = Array.from(part[0]);
    return {
      confidence,
      boundingBox: { vertices: between(corners, part.index / text.length, end / text.length) },
      symbols: characters.map((character, index) => ({
        text: character,
        confidence,
        ...(type !== undefined && index === characters.length - 1
          ? { property: { detectedBreak: { type } } }
          : {}),
      })),
    };
  });
}

/** The part of a line between two shares of its length. */
function between([a, b, c, d]: Corners, from: number, to: number): Point[] {
  const along = (start: Point, end: Point, share: number) => ({
    x: Math.round(start.x + (end.x - start.x) * share),
    y: Math.round(start.y + (end.y - start.y) * share),
  });
  return [along(a, b, from), along(a, b, to), along(d, c, to), along(d, c, from)];
}
