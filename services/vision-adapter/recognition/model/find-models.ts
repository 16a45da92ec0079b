// Model numbers: tokens that fit the way a maker numbers its machines.
import { type Brand, modelLines } from '../tables/known-makers.ts';
import type { Mention, Place } from '../lettering/find-mentions.ts';
import { asName, heightOf, standsBeside } from '../evidence/letters.ts';
import { otherFirms } from '../tables/words.ts';
import { readModels, type Reading, type ReadingRules } from './read-model.ts';
import type { MakersNamed } from '../lettering/read-name.ts';
import { spans, type Row, type Token } from '../lettering/tokens.ts';
import type { Weights } from '../tables/weights.ts';

const longestText = 20;

export interface ModelRead extends Reading {
  readonly tokens: readonly Token[];
  /** Beside the maker's name; false where the name is not seen. */
  readonly beside: boolean;
  /** 0..1: how sure that this is a model of this maker. */
  readonly weight: number;
}

/** Makers in play, by how their names came to be known. */
interface KnownMakers {
  readonly mentions: readonly Mention[];
  readonly named: MakersNamed;
}

interface NumberRule {
  readonly name: string;
  readonly what: string;
  readonly means: (read: ModelRead, place: Place) => boolean;
}

export const numberRules: readonly NumberRule[] = [
  {
    name: 'othersNumber',
    what: 'ENGCON EC226 is a tiltrotator, and no Volvo',
    means: (read, place) => !isOthers(read, place),
  },
];

interface ModelRules extends ReadingRules {
  readonly numberRules: readonly NumberRule[];
  readonly weights: Weights;
}

/**
 * Models of the makers that are named somewhere, and those so distinctive that they name their maker.
 * Misread characters are repaired only for makers that are seen: without that hint a repair would
 * find models everywhere.
 */
export function findModels(
  rows: readonly Row[],
  known: KnownMakers,
  rules: ModelRules,
): ModelRead[] {
  const { mentions, named: makersNamed } = known;
  const { weights } = rules;
  const named = new Set(mentions.flatMap(({ tokens }) => tokens));
  const written = mentions.filter(
    ({ reading, capitals, word }) => reading !== 'faint' && (capitals || !word),
  );
  const { logos } = makersNamed;
  const seen = namesOf([...written, ...logos]);
  const lines = linesInPlay(mentions, makersNamed);
  const found: ModelRead[] = [];
  for (const row of rows)
    for (const tokens of spans(row, weights.longestModel)) {
      if (tokens.some((token) => token.rejectedBy !== undefined || named.has(token))) continue;
      if (isTornApart(tokens, weights.widestGap)) continue;
      const text = tokens.map((token) => token.text).join('');
      if (text.length > longestText || !/\d/u.test(text)) continue;
      const last = tokens.at(-1)?.text ?? '';
      for (const reading of readModels(text, last, lines, seen, rules))
        found.push(rate(reading, tokens, mentions, weights));
    }
  const place = { mentions, rows, weights };
  return found
    .filter((read) => !found.some((other) => standsFor(other, read)))
    .map((read) => (hasUnreadNeighbour(read, rows, named, weights) ? doubted(read, weights) : read))
    .filter((read) => rules.numberRules.every(({ means }) => means(read, place)));
}

const doubted = (read: ModelRead, weights: Weights): ModelRead => ({
  ...read,
  weight: read.weight * weights.unreadNeighbour,
});

/** Right before or behind stands a word with a digit among its letters: P40.17 PLU5, R 924 C0MPACT. */
function hasUnreadNeighbour(
  { tokens }: ModelRead,
  rows: readonly Row[],
  named: ReadonlySet<Token>,
  weights: Weights,
): boolean {
  const [first, last] = [tokens[0], tokens.at(-1)];
  if (first === undefined || last === undefined) return false;
  const row = rows[first.row] ?? [];
  return [
    [row[first.at - 1], first],
    [last, row[last.at + 1]],
  ].some(([left, right]) => {
    const other = left === last ? right : left;
    if (left === undefined || right === undefined || other === undefined) return false;
    const mixed = /\p{L}/u.test(other.text) ? /\d/u.test(other.text) : /^0-\d$/u.test(other.text);
    const counts = mixed && other.rejectedBy === undefined && !named.has(other);
    return counts && !isTornApart([left, right], weights.widestGap);
  });
}

/** The numbering of the makers that are named somewhere, and what names its maker by itself. */
export function linesInPlay(mentions: readonly Mention[], named: MakersNamed) {
  const { logos, entities, bestGuesses, pageTitles } = named;
  const makers = namesOf([...mentions, ...logos, ...entities, ...bestGuesses, ...pageTitles]);
  return modelLines.filter((line) => line.alone || line.brands.some((brand) => makers.has(brand)));
}

const namesOf = (makers: readonly { readonly brand: Brand }[]) =>
  new Set(makers.map(({ brand }) => brand.name));

function rate(
  reading: Reading,
  tokens: readonly Token[],
  mentions: readonly Mention[],
  weights: Weights,
): ModelRead {
  const own = mentions.filter(({ brand }) => reading.line.brands.includes(brand.name));
  const beside = own.some((mention) => isBeside(tokens, mention.tokens, weights.besideWithin));
  const cut = tokens.at(-1)?.cut === true;
  const named = own.some(
    (mention) =>
      mention.reading !== 'faint' &&
      (mention.capitals || !mention.word) &&
      follows(tokens, mention.tokens),
  );
  const strength = named && reading.strength === 'weak' ? 'medium' : reading.strength;
  const read = Math.min(...tokens.map(({ word }) => word.confidence ?? weights.confidenceUnknown));
  const strengths = {
    strong: weights.strongModel,
    medium: weights.mediumModel,
    weak: weights.weakModel,
  };
  const readings = {
    exact: 1,
    repaired: weights.repairedDigit,
    guessed: weights.repairedLetter,
    tailed: weights.unlistedTail,
  };
  const apart = strength === 'weak' ? weights.weakApart : weights.apart;
  return {
    ...reading,
    strength,
    reading: cut && reading.reading === 'exact' ? 'guessed' : reading.reading,
    tokens,
    beside,
    weight:
      strengths[strength] *
      readings[reading.reading] *
      read *
      (beside ? 1 : apart) *
      (cut ? weights.cutTail : 1) *
      (reading.perhapsMisread ? weights.perhapsMisread : 1),
  };
}

function isBeside(tokens: readonly Token[], name: readonly Token[], within: number): boolean {
  return tokens.some((token) =>
    name.some((other) => {
      if (token.row === other.row && Math.abs(token.at - other.at) === 1) return true;
      return standsBeside(token.word, other.word, within) ?? Math.abs(token.row - other.row) <= 1;
    }),
  );
}

/** Right behind the maker's name in its row, as in CAT 320: no fleet number stands there. */
const follows = (tokens: readonly Token[], name: readonly Token[]) =>
  tokens[0]?.row === name[0]?.row && tokens[0]?.at === (name.at(-1)?.at ?? NaN) + 1;

/** Right behind another firm's name, or beside it and not beside its own maker's. */
function isOthers({ tokens, beside, line }: ModelRead, { rows, weights }: Place): boolean {
  const [first] = tokens;
  if (first === undefined) return false;
  const own = new Set(line.brands.map(asName));
  const isOther = (name: string) => otherFirms.has(name) && !own.has(name);
  if (isOther(rows[first.row]?.[first.at - 1]?.name ?? '')) return true;
  if (beside) return false;
  return rows
    .flat()
    .some(
      ({ name, word }) =>
        isOther(name) && standsBeside(word, first.word, weights.besideWithin) === true,
    );
}

/** Tokens of one row with more than two letters' room between them do not belong together. */
function isTornApart(tokens: readonly Token[], widestGap: number): boolean {
  return tokens.some((token, at) => {
    const [right, left] = [tokens[at + 1]?.word, token.word];
    if (right?.corners === undefined || left.corners === undefined || right === left) return false;
    const gap = Math.hypot(
      right.corners[0].x - left.corners[1].x,
      right.corners[0].y - left.corners[1].y,
    );
    return gap > widestGap * Math.max(heightOf(left) ?? 0, heightOf(right) ?? 0);
  });
}

/**
 * "320 GC" stands for its own part "320", and so does a longer one that is known and has a look-alike
 * misread: R 924 C0MPACT.
 */
function standsFor(other: ModelRead, read: ModelRead): boolean {
  if (other === read || other.line.brands[0] !== read.line.brands[0]) return false;
  const within = read.tokens.every((token) => other.tokens.includes(token));
  const starts = other.tokens[0] === read.tokens[0];
  const asWritten = other.reading === 'exact' || other.reading === 'tailed';
  const longer = other.tokens.length > read.tokens.length;
  return within && longer && (asWritten || (starts && other.swapped));
}
