// Letters and how they are misread. No `\b` here: it knows ASCII only, and machines stand in Ødis too.
import type { Corners, Point, Word } from './evidence.ts';

const latinFor: Readonly<Record<string, string>> = {
  А: 'A',
  В: 'B',
  Е: 'E',
  Ё: 'E',
  І: 'I',
  Ј: 'J',
  К: 'K',
  М: 'M',
  Н: 'H',
  О: 'O',
  Р: 'P',
  С: 'C',
  Ѕ: 'S',
  Т: 'T',
  У: 'Y',
  Х: 'X',
};
const cyrillic = /\p{Script=Cyrillic}/u;
const eachCyrillic = /\p{Script=Cyrillic}/gu;

/** A word of nothing but letters that look Latin is read as Latin: САТ is CAT, РС200 is PC200. */
function withoutLookAlikes(text: string): string {
  if (!cyrillic.test(text)) return text;
  const alike = [...text.matchAll(eachCyrillic)].every(([letter]) => letter in latinFor);
  return alike ? text.replace(eachCyrillic, (letter) => latinFor[letter] ?? letter) : text;
}

/** Capitals, plain dashes, no quotes, nothing around: "‘Zx350LC–7’," is ZX350LC-7. */
export function asToken(text: string): string {
  const plain = withoutLookAlikes(text.normalize('NFKC').toUpperCase())
    .replace(/[\u2010-\u2015\u2212_]/gu, '-')
    .replace(/['’‘`´"“”„«»®™©*]/gu, '');
  if (plain === '-') return plain; // "LC - 11"
  return plain.replace(/^[^\p{L}\p{N}+№]+|[^\p{L}\p{N}%+]+$/gu, '');
}

/** Letters and digits only, accents folded: "Vögele" is VOGELE, "Link-Belt" LINKBELT. */
export function asName(text: string): string {
  return asToken(text)
    .replace(/Ø/gu, 'O')
    .replace(/Æ/gu, 'AE')
    .normalize('NFD')
    .replace(/[^\p{L}\p{N}]/gu, '');
}

const letterForDigit: Readonly<Record<string, string>> = {
  '0': 'O',
  '1': 'I',
  '5': 'S',
  '8': 'B',
  '2': 'Z',
  '6': 'G',
};

/** A name with its digits read as the letters they look like: K0MATSU is KOMATSU. */
export const digitsAsLetters = (name: string) =>
  name.replace(/\d/gu, (digit) => letterForDigit[digit] ?? digit);

/** Where a digit must stand, a letter can only be one digit. */
const digitsFor: Readonly<Record<string, string>> = {
  O: '0',
  D: '0',
  Q: '0',
  I: '1',
  L: '1',
  B: '8',
  S: '5',
  Z: '2',
  G: '6',
};
/** Where a letter must stand, a digit may be several. */
const lettersFor: Readonly<Record<string, string>> = {
  '0': 'DO',
  '8': 'B',
  '1': 'ILH',
  '5': 'S',
  '2': 'Z',
  '6': 'G',
  O: 'D',
  D: 'O',
  B: 'E',
  Q: 'D',
};

interface Repair {
  readonly token: string;
  /** True when a digit was taken for a letter: then it was a guess among several. */
  readonly guessed: boolean;
}

/** All ways to read a token with one character mistaken. The token itself is not among them. */
export function repairs(token: string): Repair[] {
  return Array.from(token).flatMap((character, at) => {
    const put = (other: string, guessed: boolean): Repair => ({
      token: token.slice(0, at) + other + token.slice(at + 1),
      guessed,
    });
    return [
      ...Array.from(digitsFor[character] ?? '', (digit) => put(digit, false)),
      ...Array.from(lettersFor[character] ?? '', (letter) => put(letter, true)),
    ];
  });
}

const lookAlikes = ['0ODQ', '1ILH', '8BE', '5S', '2Z', '6G'];

/**
 * A pattern that also takes every look-alike of what the given one takes. What it refuses no repair
 * can mend: asking it first spares trying them all. Knows what the table of models is written in:
 * letters, digits, `\d`, sets, groups and counts.
 */
export function withLookAlikes(pattern: string): string {
  const all = lookAlikes.join('');
  return pattern.replace(/\\d|\\.|\{[^}]*\}|\(\?:|\[[^\]]*\]|[A-Z0-9]/gu, (atom) => {
    if (atom === '\\d') return `[0-9${all}]`;
    if (atom.startsWith('[')) return `[${atom.slice(1, -1)}${all}]`;
    const alike = lookAlikes.find((characters) => characters.includes(atom));
    return atom.length > 1 || alike === undefined ? atom : `[${alike}]`;
  });
}

/** True when one insertion, deletion or substitution makes the one the other. */
export function isOneEditApart(left: string, right: string): boolean {
  const [short, long] = left.length <= right.length ? [left, right] : [right, left];
  if (long.length - short.length > 1 || left === right) return false;
  let at = 0;
  while (at < short.length && short[at] === long[at]) at += 1;
  const rest = long.slice(at + 1);
  return short.slice(short.length === long.length ? at + 1 : at) === rest;
}

const distance = (a: Point, b: Point) => Math.hypot(a.x - b.x, a.y - b.y);

/** Height of the letters in pixels, also where they stand askew. */
export function heightOf({ corners }: Word): number | undefined {
  if (corners === undefined) return undefined;
  return (distance(corners[0], corners[3]) + distance(corners[1], corners[2])) / 2;
}

/** Near enough to belong together: the gap is under `within` times the taller one's height. */
export function standsBeside(one: Word, other: Word, within: number): boolean | undefined {
  if (one.corners === undefined || other.corners === undefined) return undefined;
  const [a, b] = [boundsOf(one.corners), boundsOf(other.corners)];
  const gapX = Math.max(a.left - b.right, b.left - a.right, 0);
  const gapY = Math.max(a.top - b.bottom, b.top - a.bottom, 0);
  const tallest = Math.max(heightOf(one) ?? 0, heightOf(other) ?? 0);
  return Math.hypot(gapX, gapY) <= within * tallest;
}

function boundsOf(corners: Corners) {
  const [xs, ys] = [corners.map(({ x }) => x), corners.map(({ y }) => y)];
  return {
    left: Math.min(...xs),
    right: Math.max(...xs),
    top: Math.min(...ys),
    bottom: Math.max(...ys),
  };
}
