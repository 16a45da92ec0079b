// Lettering cut into rows of tokens, with what is certainly no model number marked.
import type { Line, Word } from './evidence.ts';
import { asName, asToken } from './lettering.ts';
import {
  countingWords,
  namingWords,
  perhapsMeasure,
  plates,
  rejectedTokens,
  unitWords,
} from './rejected.ts';

export interface Token {
  /** In capitals, dashes and dots kept: ZX350LC-7. */
  readonly text: string;
  /** Letters and digits only, accents folded. */
  readonly name: string;
  readonly word: Word;
  readonly row: number;
  readonly at: number;
  /** Never part of a model number: a measure, a year, a telephone, a plate ... */
  readonly rejected: boolean;
  /** Ends in a dash: more stood there than could be read. */
  readonly cut: boolean;
  /** 20T and 320L look alike. */
  readonly perhapsMeasure: boolean;
}

export type Row = readonly Token[];

/** What the cutting has to know of makers and their numbers. */
export interface Grammar {
  /** Parts a word that is two run together ("CAT320D"), or answers undefined. */
  split(text: string): readonly [string, string] | undefined;
  /** Some maker numbers its machines so: MLT 741 is no Swedish plate. */
  isModel(text: string): boolean;
}

export function tokenize(lines: readonly Line[], grammar: Grammar): Row[] {
  return lines.map((line, row) => {
    const words = line.flatMap((word) => parted(word, grammar)).filter(({ text }) => asToken(text));
    const texts = words.map(({ text }) => asToken(text));
    const rejected = rejectedAt(texts, grammar);
    return words.map((word, at) => ({
      text: texts[at] ?? '',
      name: asName(word.text),
      word,
      row,
      at,
      rejected: rejected.has(at),
      cut: /[\p{L}\p{N}]\p{Pd}$/u.test(word.text),
      perhapsMeasure: perhapsMeasure.test(texts[at] ?? ''),
    }));
  });
}

function parted(word: Word, grammar: Grammar): Word[] {
  const parts = grammar.split(asToken(word.text));
  return parts === undefined ? [word] : parts.map((text): Word => ({ ...word, text }));
}

const digitsOnly = /^\+?\d+$/u;

function rejectedAt(texts: readonly string[], grammar: Grammar): Set<number> {
  const rejected = new Set<number>();
  texts.forEach((text, at) => {
    const before = at > 0 ? texts[at - 1] : undefined;
    const after = texts[at + 1];
    if (rejectedTokens.some(({ pattern }) => pattern.test(text))) rejected.add(at);
    if (before !== undefined && namingWords.has(before)) rejected.add(at);
    if (before !== undefined && countingWords.has(before) && /^\d/u.test(text)) rejected.add(at);
    if (after !== undefined && unitWords.has(after) && /^\d+(?:[.,]\d+)?$/u.test(text))
      rejected.add(at);
    for (const length of [1, 2, 3])
      if (at + length <= texts.length && isPlate(texts.slice(at, at + length), grammar))
        for (let inside = at; inside < at + length; inside += 1) rejected.add(inside);
  });
  for (const at of telephones(texts)) rejected.add(at);
  return rejected;
}

const isPlate = (parts: readonly string[], grammar: Grammar) =>
  plates.some((plate) => plate.test(parts.join(' '))) && !grammar.isModel(parts.join(''));

/** Three numbers or more in a row, seven digits or more together: nobody writes a model so. */
function telephones(texts: readonly string[]): number[] {
  const found: number[] = [];
  for (let from = 0; from < texts.length; from += 1) {
    let to = from;
    while (to < texts.length && digitsOnly.test(texts[to] ?? '')) to += 1;
    const digits = texts.slice(from, to).join('').length;
    if (to - from >= 3 && digits >= 7) for (let at = from; at < to; at += 1) found.push(at);
    from = Math.max(from, to);
  }
  return found;
}

/** Every run of one to `longest` neighbours in a row. */
export function* spans(row: Row, longest: number): Generator<readonly Token[]> {
  for (let from = 0; from < row.length; from += 1)
    for (let length = 1; length <= longest && from + length <= row.length; length += 1)
      yield row.slice(from, from + length);
}
