import type { Corners, Point, SeenImage, SeenLine } from './reading/seen-image.ts';
import {
  vision,
  type Block,
  type Break,
  type ImageResponse,
  type Poly,
  type Word,
} from './vision-protocol.ts';

const { SPACE, LINE_BREAK } = vision.TextAnnotation.DetectedBreak.BreakType;

/**
 * Text in Vision's two forms: `textAnnotations` (the whole, then each word) and
 * `fullTextAnnotation` (a block and a paragraph per line). Nothing read: neither is there.
 *
 * PP-OCR finds lines. Where a word or a character lies in its line is interpolated by its share of
 * the characters, so its left and right edges are estimates; top and bottom are the line's.
 */
export function describeText({ width, height, lines }: SeenImage): ImageResponse {
  if (lines.length === 0) return {};
  const text = lines.map((line) => line.text).join('\n');
  const blocks = lines.map(blockOf);
  const words = blocks.flatMap((block) => block.paragraphs?.[0]?.words ?? []);
  return {
    textAnnotations: [
      { locale: 'en', description: text, boundingPoly: around(lines) },
      ...words.map((word) => ({
        description: (word.symbols ?? []).map((symbol) => symbol.text ?? '').join(''),
        boundingPoly: word.boundingBox ?? null,
      })),
    ],
    fullTextAnnotation: {
      text,
      pages: [{ width, height, blocks, confidence: mean(lines.map((line) => line.confidence)) }],
    },
  };
}

function blockOf(line: SeenLine): Block {
  const { corners, confidence } = line;
  const boundingBox = poly(corners);
  const words = wordsOf(line);
  return {
    blockType: vision.Block.BlockType.TEXT,
    boundingBox,
    confidence,
    paragraphs: [{ boundingBox, confidence, words }],
  };
}

function wordsOf({ text, corners, confidence }: SeenLine): Word[] {
  const characters = Array.from(text);
  const between = (from: number, to: number) =>
    poly(slice(corners, from / characters.length, to / characters.length));
  const words: Word[] = [];
  let at = 0;
  for (const word of text.split(' ')) {
    const from = at;
    const to = from + Array.from(word).length;
    const pause: Break = to === characters.length ? LINE_BREAK : SPACE;
    words.push({
      boundingBox: between(from, to),
      confidence,
      symbols: Array.from(word, (character, index) => ({
        text: character,
        boundingBox: between(from + index, from + index + 1),
        confidence,
        ...(from + index + 1 === to ? { property: { detectedBreak: { type: pause } } } : {}),
      })),
    });
    at = to + 1; // the blank
  }
  return words;
}

/** The part of a quadrilateral between two shares of its length along the text. */
function slice([a, b, c, d]: Corners, from: number, to: number): Corners {
  return [along(a, b, from), along(a, b, to), along(d, c, to), along(d, c, from)];
}

const along = (start: Point, end: Point, share: number): Point => ({
  x: start.x + (end.x - start.x) * share,
  y: start.y + (end.y - start.y) * share,
});

const poly = (corners: Corners): Poly => ({
  vertices: corners.map(({ x, y }) => ({ x: Math.round(x), y: Math.round(y) })),
});

function around(lines: readonly SeenLine[]): Poly {
  const corners = lines.flatMap((line) => line.corners);
  const [xs, ys] = [corners.map((corner) => corner.x), corners.map((corner) => corner.y)];
  const [left, right] = [Math.min(...xs), Math.max(...xs)];
  const [top, bottom] = [Math.min(...ys), Math.max(...ys)];
  return poly([
    { x: left, y: top },
    { x: right, y: top },
    { x: right, y: bottom },
    { x: left, y: bottom },
  ]);
}

const mean = (values: readonly number[]) =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
