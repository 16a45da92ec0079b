// A Vision answer as evidence. Absent things come as null, [], 0 or '' (the client decodes with
// defaults), never as a reason to throw.
import type { AnnotateImageResponse } from '../../vision/vision-client.ts';
import type { Corners, Evidence, Line, Named, Outline, PictureSize, Word } from './evidence.ts';

type FullText = NonNullable<AnnotateImageResponse['fullTextAnnotation']>;
type Paragraph = NonNullable<
  NonNullable<NonNullable<NonNullable<FullText['pages']>[0]['blocks']>[0]['paragraphs']>[0]
>;
type FullWord = NonNullable<Paragraph['words']>[0];
type Poly = FullWord['boundingBox'];

/** @param picture that Vision was given; without it objects have no place, since theirs is in shares of it. */
export function readEvidence(response: AnnotateImageResponse, picture?: PictureSize): Evidence {
  const web = response.webDetection;
  return {
    lines: readLines(response),
    logos: namedOf(response.logoAnnotations),
    labels: namedOf(response.labelAnnotations),
    objects: (response.localizedObjectAnnotations ?? []).map(({ name, score, boundingPoly }) => ({
      name: name ?? '',
      score: scoreOf(score),
      outline: picture && outlineOf(boundingPoly?.normalizedVertices, picture),
    })),
    entities: namedOf(web?.webEntities),
    bestGuesses: (web?.bestGuessLabels ?? []).flatMap(({ label }) => (label ? [label] : [])),
    pageTitles: (web?.pagesWithMatchingImages ?? []).flatMap(({ pageTitle }) =>
      pageTitle ? [pageTitle.replace(/<[^>]*>/g, ' ')] : [],
    ),
  };
}

function namedOf(annotations: readonly Annotation[] | null | undefined): Named[] {
  return (annotations ?? []).map(({ description, score, boundingPoly }) => ({
    name: description ?? '',
    score: scoreOf(score),
    outline: outlineOf(boundingPoly?.vertices),
  }));
}

interface Annotation {
  readonly description?: string | null;
  readonly score?: number | null;
  readonly boundingPoly?: Poly;
}

/** What is 0 is left out on the wire, and comes as 0 or as nothing. */
function outlineOf(
  vertices: readonly { x?: number | null; y?: number | null }[] | null | undefined,
  scale: PictureSize = { width: 1, height: 1 },
): Outline | undefined {
  const points = (vertices ?? []).map(({ x, y }) => ({
    x: (x ?? 0) * scale.width,
    y: (y ?? 0) * scale.height,
  }));
  return points.length > 0 ? points : undefined;
}

/** 0 or more; 0: not given, or no number. */
const scoreOf = (score: number | null | undefined) =>
  score !== null && score !== undefined && score > 0 ? score : 0;

/** The full text has lines and confidences; the older form only words after the whole. */
function readLines({ fullTextAnnotation, textAnnotations }: AnnotateImageResponse): Line[] {
  const lines = fullTextAnnotation ? linesOfFullText(fullTextAnnotation) : [];
  if (lines.length > 0) return lines;
  const [whole, ...words] = textAnnotations ?? [];
  return linesOfWords(whole?.description ?? '', words);
}

const lineEnds = new Set<unknown>(['EOL_SURE_SPACE', 'HYPHEN', 'LINE_BREAK', 3, 4, 5]);
const blanks = new Set<unknown>(['SPACE', 'SURE_SPACE', 1, 2]);

function linesOfFullText({ pages }: FullText): Line[] {
  const paragraphs = (pages ?? [])
    .flatMap(({ blocks }) => blocks ?? [])
    .flatMap((block) => block.paragraphs ?? []);
  return paragraphs.flatMap(linesOfParagraph);
}

/** Vision parts "LC-11" into three words without a break between: they are put together again. */
function linesOfParagraph({ words }: Paragraph): Line[] {
  const lines: Word[][] = [];
  let line: Word[] = [];
  let glued = false;
  const hasBreaks = (words ?? []).some((word) => breakAfter(word) !== undefined);
  for (const read of words ?? []) {
    const word = wordOf(read);
    const last = line.at(-1);
    if (glued && last !== undefined) line[line.length - 1] = join(last, word);
    else if (word.text !== '') line.push(word);
    const pause = breakAfter(read);
    glued = hasBreaks && !blanks.has(pause);
    if (!lineEnds.has(pause)) continue;
    glued = false;
    if (line.length > 0) lines.push(line);
    line = [];
  }
  return line.length > 0 ? [...lines, line] : lines;
}

/** By name or by number, as the wire gave it. */
function breakAfter(word: FullWord): unknown {
  const type: unknown = word.symbols?.at(-1)?.property?.detectedBreak?.type;
  return type === null || type === 'UNKNOWN' || type === 0 ? undefined : type;
}

function wordOf(word: FullWord): Word {
  return {
    text: (word.symbols ?? []).map((symbol) => symbol.text ?? '').join(''),
    confidence: Math.min(scoreOf(word.confidence), 1) || undefined,
    corners: cornersOf(word.boundingBox),
  };
}

function join(left: Word, right: Word): Word {
  const [a, b] = [left.corners, right.corners];
  return {
    text: left.text + right.text,
    confidence:
      left.confidence === undefined || right.confidence === undefined
        ? (left.confidence ?? right.confidence)
        : Math.min(left.confidence, right.confidence),
    corners: a !== undefined && b !== undefined ? [a[0], b[1], b[2], a[3]] : (a ?? b),
  };
}

/** Each line of the whole text takes the words that follow, as long as they make it up. */
function linesOfWords(
  whole: string,
  words: readonly { description?: string | null; boundingPoly?: Poly }[],
): Line[] {
  let next = 0;
  return whole
    .split('\n')
    .map((line) =>
      line.split(/\s+/u).flatMap((text): Word[] => {
        if (text === '') return [];
        let corners: Corners | undefined;
        for (let read = ''; next < words.length && read.length < text.length; next += 1) {
          const part = words[next]?.description ?? '';
          if (!text.startsWith(read + part)) break;
          corners ??= cornersOf(words[next]?.boundingPoly);
          read += part;
        }
        return [{ text, confidence: undefined, corners }];
      }),
    )
    .filter((line) => line.length > 0);
}

function cornersOf(poly: Poly | undefined): Corners | undefined {
  const [a, b, c, d] = outlineOf(poly?.vertices) ?? [];
  return a !== undefined && b !== undefined && c !== undefined && d !== undefined
    ? [a, b, c, d]
    : undefined;
}
