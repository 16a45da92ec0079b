// Lettering cut into rows of tokens, with what is certainly no model number marked.
import type { Line, Outline, Word } from '../evidence/evidence.ts';
import { asName, asToken } from '../evidence/letters.ts';
import type { Makers, Rejection } from './rejections.ts';

export interface Token {
  /** In capitals, dashes and dots kept: ZX350LC-7. */
  readonly text: string;
  /** Letters and digits only, accents folded. */
  readonly name: string;
  readonly word: Word;
  readonly row: number;
  readonly at: number;
  /** The rule by which it is never part of a model number: measure, year, telephone ... */
  readonly rejectedBy: string | undefined;
  /** Ends in a dash: more stood there than could be read. */
  readonly cut: boolean;
}

export type Row = readonly Token[];

/** Around all of them; undefined where it is not known where they stand. */
export function outlineOfTokens(tokens: readonly Token[]): Outline | undefined {
  const corners = tokens.flatMap(({ word }) => word.corners ?? []);
  return corners.length > 0 ? corners : undefined;
}

/** What the cutting has to know of makers and their numbers. */
interface Grammar extends Makers {
  /** Parts a word that is two run together ("CAT320D"), or answers undefined. */
  split(text: string): readonly [string, string] | undefined;
}

export function tokenize(
  lines: readonly Line[],
  grammar: Grammar,
  rejections: readonly Rejection[],
): Row[] {
  return lines.map((line, row) => {
    const words = line.flatMap((word) => parted(word, grammar)).filter(({ text }) => asToken(text));
    const texts = words.map(({ text }) => asToken(text));
    const rejected = new Map(
      rejections.flatMap(({ name, rejects }) =>
        texts.flatMap((_, at) => rejects(texts, at, grammar).map((each) => [each, name])),
      ),
    );
    return words.map((word, at) => ({
      text: texts[at] ?? '',
      name: asName(word.text),
      word,
      row,
      at,
      rejectedBy: rejected.get(at),
      cut: /[\p{L}\p{N}]\p{Pd}$/u.test(word.text),
    }));
  });
}

function parted(word: Word, grammar: Grammar): Word[] {
  const parts = grammar.split(asToken(word.text));
  return parts === undefined ? [word] : parts.map((text): Word => ({ ...word, text }));
}

/** Every run of one to `longest` neighbours in a row. */
export function* spans(row: Row, longest: number): Generator<readonly Token[]> {
  for (let from = 0; from < row.length; from += 1)
    for (let length = 1; length <= longest && from + length <= row.length; length += 1)
      yield row.slice(from, from + length);
}
