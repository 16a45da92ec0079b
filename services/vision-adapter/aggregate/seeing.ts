// For tests: Vision answers written by hand, in the shape that the client decodes them to.
import type { AnnotateImageResponse } from '../vision-client.ts';

export interface Seeing {
  /** Lettering, a line each; `{ text, height, y, confidence }` where it matters. */
  readonly text?: readonly (string | Lettering)[];
  readonly logos?: Readonly<Record<string, number>>;
  readonly labels?: Readonly<Record<string, number>>;
  readonly objects?: Readonly<Record<string, number>>;
  readonly entities?: Readonly<Record<string, number>>;
  readonly guesses?: readonly string[];
  readonly titles?: readonly string[];
}

export interface Lettering {
  readonly text: string;
  /** Pixels; default 40. */
  readonly height?: number;
  /** Left and top in pixels; default: below the line before. */
  readonly x?: number;
  readonly y?: number;
  /** Default .98, as a good reading has it. */
  readonly confidence?: number;
}

export function seeing(what: Seeing): AnnotateImageResponse {
  return {
    ...(what.text === undefined ? {} : lettering(what.text)),
    logoAnnotations: named(what.logos),
    labelAnnotations: named(what.labels),
    localizedObjectAnnotations: Object.entries(what.objects ?? {}).map(([name, score]) => ({
      name,
      score,
    })),
    webDetection:
      what.entities === undefined && what.guesses === undefined && what.titles === undefined
        ? null
        : {
            webEntities: named(what.entities),
            bestGuessLabels: (what.guesses ?? []).map((label) => ({ label })),
            pagesWithMatchingImages: (what.titles ?? []).map((pageTitle) => ({ pageTitle })),
          },
    error: null,
  };
}

const named = (scores: Readonly<Record<string, number>> = {}) =>
  Object.entries(scores).map(([description, score]) => ({ description, score }));

function lettering(lines: readonly (string | Lettering)[]): AnnotateImageResponse {
  let below = 100;
  const blocks = lines.map((given) => {
    const line = typeof given === 'string' ? { text: given } : given;
    const { height = 40, x = 100, y = below, confidence = 0.98 } = line;
    below = y + height * 1.5;
    return { paragraphs: [{ words: wordsOf(line.text, x, y, height, confidence) }] };
  });
  return {
    fullTextAnnotation: {
      text: lines.map((line) => (typeof line === 'string' ? line : line.text)).join('\n'),
      pages: [{ blocks }],
    },
  };
}

/** Vision parts a word at its hyphens; what follows without a blank has no break before it. */
function wordsOf(text: string, x: number, y: number, height: number, confidence: number) {
  const width = height * 0.6;
  const parts = [...text.matchAll(/[^\s-]+|-/gu)];
  return parts.map((part, at) => {
    const end = part.index + part[0].length;
    const type =
      at === parts.length - 1 ? 'LINE_BREAK' : /\s/u.test(text[end] ?? '') ? 'SPACE' : undefined;
    const [left, right] = [x + part.index * width, x + end * width];
    const characters = Array.from(part[0]);
    return {
      confidence,
      boundingBox: {
        vertices: [
          { x: left, y },
          { x: right, y },
          { x: right, y: y + height },
          { x: left, y: y + height },
        ],
      },
      symbols: characters.map((character, index) => ({
        text: character,
        ...(type !== undefined && index === characters.length - 1
          ? { property: { detectedBreak: { type: type as 'SPACE' } } }
          : {}),
      })),
    };
  });
}
