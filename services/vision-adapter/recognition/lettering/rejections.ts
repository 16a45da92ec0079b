// What is never a model number, a rule each; and what is one only beside its maker's name.
import type { Strength } from '../tables/maker.ts';
import {
  limitWords,
  measure,
  namingWords,
  plates,
  shortSuffixes,
  suffixWords,
  standardWords,
  unitWords,
} from '../tables/words.ts';

/** What a rule knows of makers. */
export interface Makers {
  /** How well some maker's grammar takes a text; undefined: none does. */
  readonly strengthOf: (text: string) => Strength | undefined;
  readonly isName: (text: string) => boolean;
}

export interface Rejection {
  readonly name: string;
  readonly what: string;
  /** Which tokens of a row the one at `at` rejects: itself, or its neighbours. */
  readonly rejects: (row: readonly string[], at: number, makers: Makers) => readonly number[];
}

/** What follows one of the words. */
const following =
  (words: ReadonlySet<string>, pattern: RegExp): Rejection['rejects'] =>
  (row, at) =>
    words.has(row[at] ?? '') && pattern.test(row[at + 1] ?? '') ? [at + 1] : [];

/** Itself, unless it is surely a model: some cranes have five digits, some lifts are called like a year (GS 2032). */
const unlessModel =
  (pattern: RegExp): Rejection['rejects'] =>
  (row, at, { strengthOf }) => {
    const text = row[at] ?? '';
    if (!pattern.test(text)) return [];
    const isModel = [text, (row[at - 1] ?? '') + text].some((one) => strengthOf(one) === 'strong');
    return isModel ? [] : [at];
  };

const digits = /^\+?\d+$/u;
const number = /^\d+(?:[.,]\d+)?$/u;
const anything = /./u;

export const rejections: readonly Rejection[] = [
  { name: 'year', what: 'a year', rejects: unlessModel(/^(?:19[5-9]\d|20[0-4]\d)$/u) },
  {
    name: 'longNumber',
    what: 'an inventory number of five digits',
    rejects: unlessModel(/\d{5,}/u),
  },
  { name: 'measure', what: 'a measure: 50HP', rejects: unlessModel(measure) },
  { name: 'unitApart', what: 'a measure, its unit apart: 100 KG', rejects: unitApart },
  { name: 'dimension', what: 'a size: 580 x 690', rejects: dimension },
  { name: 'tyreSize', what: 'a tyre: 23.5 R25', rejects: tyreSize },
  { name: 'standard', what: 'a standard: EN 474', rejects: following(standardWords, /^\d/u) },
  { name: 'limit', what: 'a limit: MAX 320', rejects: following(limitWords, /^\d/u) },
  { name: 'numbered', what: 'a telephone, a gate', rejects: following(namingWords, anything) },
  { name: 'telephone', what: 'groups of digits: 70 12 34 56', rejects: telephone },
  { name: 'plate', what: 'a number plate: XC 12 345', rejects: plate },
];

function unitApart(row: readonly string[], at: number) {
  return number.test(row[at] ?? '') && unitWords.has(row[at + 1] ?? '') ? [at] : [];
}

function dimension(row: readonly string[], at: number) {
  const between = number.test(row[at - 1] ?? '') && number.test(row[at + 1] ?? '');
  return /^[X×]$/u.test(row[at] ?? '') && between ? [at - 1, at + 1] : [];
}

function tyreSize(row: readonly string[], at: number) {
  const width = /^\d{2,3}(?:[.,/]\d{1,2})?$/u.test(row[at - 1] ?? '');
  return width && /^R\d{2}(?:\.5)?$/u.test(row[at] ?? '') ? [at - 1, at] : [];
}

/** Three groups or more, seven digits or more together: nobody writes a model so. */
function telephone(row: readonly string[], from: number) {
  let to = from;
  while (to < row.length && digits.test(row[to] ?? '')) to += 1;
  const long = to - from >= 3 && row.slice(from, to).join('').length >= 7;
  return long ? row.slice(from, to).map((_, index) => from + index) : [];
}

/** MLT 741 is a Manitou and no Swedish plate, nor is CAT 320, nor "EC-B 8" in 150 EC-B 8. */
function plate(row: readonly string[], at: number, { strengthOf, isName }: Makers) {
  for (const length of [3, 2, 1]) {
    const parts = row.slice(at, at + length);
    if (!plates.some((pattern) => pattern.test(parts.join(' ')))) continue;
    const strength = strengthOf(parts.join('')) ?? 'weak';
    const [last = ''] = parts.slice(-1);
    const head = strengthOf(parts.slice(0, -1).join('')) ?? 'weak';
    const isSuffix = suffixWords.has(last) || shortSuffixes.has(last);
    if (strength !== 'weak' || parts.some(isName) || (isSuffix && head !== 'weak')) continue;
    const longer = [1, 2].flatMap((before) =>
      [0, 1, 2].map((behind) => row.slice(Math.max(at - before, 0), at + length + behind)),
    );
    if (!longer.some((span) => strengthOf(span.join('')) === 'strong'))
      return parts.map((_, index) => at + index);
  }
  return [];
}

/** Looks that make a number weak evidence: believed beside its maker's name only. */
export interface WeakShape {
  readonly name: string;
  readonly what: string;
  readonly pattern: RegExp;
}

export const weakShapes: readonly WeakShape[] = [
  {
    name: 'perhapsMeasure',
    what: 'a measure or a model: 320L, 950M',
    pattern: /^\d+(?:[.,]\d+)?[TVLMAWGCFH]$/u,
  },
  {
    name: 'bareNumber',
    what: 'a bare number, or a letter and two digits: on every fleet of lorries too',
    pattern: /^(?:\d+|\p{L}\d{1,2})$/u,
  },
];
