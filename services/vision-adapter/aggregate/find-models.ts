// Model numbers: tokens that fit the way a maker numbers its machines.
import type { Mention } from './find-brands.ts';
import { heightOf, repairs, standsBeside } from './lettering.ts';
import { modelLines, type ModelLine, type Strength } from './models.ts';
import { spans, type Row, type Token } from './tokens.ts';
import { weights } from './weights.ts';

const longestModel = 5; // tokens: ZX 350 LC - 7
const longestText = 16;

export interface ModelRead {
  readonly line: ModelLine;
  /** As people write it: 320 GC. */
  readonly model: string;
  readonly tokens: readonly Token[];
  readonly strength: Strength;
  /** `repaired`: a letter where only one digit fits; `guessed`: every other repair. */
  readonly reading: 'exact' | 'repaired' | 'guessed';
  /** Beside the maker's name; false where the name is not seen. */
  readonly beside: boolean;
  /** 0..1: how sure that this is a model of this maker. */
  readonly weight: number;
}

/** Makers in play, by how their names came to be known. */
export interface KnownBrands {
  readonly mentions: readonly Mention[];
  readonly logos: ReadonlySet<string>;
  readonly web: ReadonlySet<string>;
}

/**
 * Models of the makers that are named somewhere, and those so distinctive that they name their maker.
 * Misread characters are repaired only for makers that are seen: without that hint a repair would
 * find models everywhere.
 */
export function findModels(rows: readonly Row[], known: KnownBrands): ModelRead[] {
  const { mentions, logos, web } = known;
  const named = new Set(mentions.flatMap(({ tokens }) => tokens));
  const written = mentions.filter(({ reading }) => reading !== 'faint');
  const seen = new Set([...written.map(({ brand }) => brand.name), ...logos]);
  const brands = new Set([...mentions.map(({ brand }) => brand.name), ...logos, ...web]);
  const lines = modelLines.filter(
    (line) => line.alone === true || line.brands.some((brand) => brands.has(brand)),
  );
  const found: ModelRead[] = [];
  for (const row of rows)
    for (const tokens of spans(row, longestModel)) {
      if (tokens.some((token) => token.rejected || named.has(token)) || isTornApart(tokens))
        continue;
      const text = tokens.map((token) => token.text).join('');
      if (text.length > longestText || !/\d/u.test(text)) continue;
      for (const read of readModels(text, lines, seen, tokens.at(-1)?.cut === true))
        found.push(rate(read, tokens, mentions));
    }
  return found.filter((read) => !found.some((other) => standsFor(other, read)));
}

type Lines = readonly ModelLine[];
type Match = Pick<ModelRead, 'line' | 'model' | 'strength'>;
type Reading = Match & Pick<ModelRead, 'reading'>;

function readModels(text: string, lines: Lines, seen: ReadonlySet<string>, cut: boolean) {
  const asRead = matches(text, lines).map((match): Reading => ({
    ...match,
    reading: cut ? 'guessed' : 'exact',
  }));
  if (text.length < 3 || !/\d\d|\d\p{L}|\p{L}\d/u.test(text)) return asRead;
  const unread = [...seen].filter(
    (brand) => !asRead.some(({ line }) => line.brands.includes(brand)),
  );
  const repaired = unread.flatMap((brand) =>
    readRepaired(
      text,
      lines.filter((line) => line.brands.includes(brand)),
    ),
  );
  return [...asRead, ...repaired];
}

/**
 * The mildest repair that gives one answer: letters for digits, then digits for letters, then
 * without the last character, then without what stands behind the dash.
 */
function readRepaired(text: string, lines: Lines): Reading[] {
  const alike = lines.filter(({ loose }) => loose.test(text));
  const mistaken = alike.length > 0 ? repairs(text) : [];
  const attempts: readonly (readonly [Reading['reading'], readonly string[]])[] = [
    ['repaired', mistaken.filter(({ guessed }) => !guessed).map(({ token }) => token)],
    ['guessed', mistaken.filter(({ guessed }) => guessed).map(({ token }) => token)],
    ['guessed', [text.slice(0, -1)]],
    ['guessed', text.includes('-') ? [text.slice(0, text.lastIndexOf('-'))] : []],
  ];
  for (const [reading, tokens] of attempts) {
    const found = tokens
      .flatMap((token) => matches(token, token.length === text.length ? alike : lines))
      .filter(({ strength }) => strength !== 'weak');
    const [first, ...others] = found;
    if (first !== undefined && others.every(({ model }) => model === first.model))
      return [{ ...first, reading }];
  }
  return [];
}

/** True for what some maker would paint on a machine, bare numbers aside. */
export const isModel = (text: string) =>
  modelLines.some((line) => line.pattern.test(text) && strengthOf(line, text) !== 'weak');

/** The first row of a maker that takes the text stands for that maker. */
function matches(text: string, lines: Lines): Match[] {
  const found: Match[] = [];
  for (const line of lines) {
    if (found.some((other) => other.line.brands[0] === line.brands[0])) continue;
    const match = line.pattern.exec(text);
    if (match !== null)
      found.push({ line, model: shownAs(line, match), strength: strengthOf(line, text) });
  }
  return found;
}

/** A bare number, or a letter and two digits, is on every fleet of lorries too. */
const strengthOf = ({ strength }: ModelLine, text: string): Strength =>
  strength === 'medium' && /^(?:\d+|\p{L}\d{1,2})$/u.test(text) ? 'weak' : strength;

function shownAs({ shown }: ModelLine, match: RegExpExecArray): string {
  if (shown === undefined) return match[0];
  return shown
    .replace(/\$(\d)/gu, (_, group: string) => match[Number(group)] ?? '')
    .replace(/\s+/gu, ' ')
    .replace(/ -/gu, '-')
    .replace(/[-/ ]+$/u, '');
}

const strengths: Readonly<Record<Strength, number>> = {
  strong: weights.strongModel,
  medium: weights.mediumModel,
  weak: weights.weakModel,
};
const readings = { exact: 1, repaired: weights.repairedDigit, guessed: weights.repairedLetter };

function rate(reading: Reading, tokens: readonly Token[], mentions: readonly Mention[]): ModelRead {
  const own = mentions.filter(({ brand }) => reading.line.brands.includes(brand.name));
  const beside = own.some((mention) => isBeside(tokens, mention.tokens));
  const doubtful = tokens.length === 1 && tokens[0]?.perhapsMeasure === true;
  const strength = doubtful ? 'weak' : reading.strength;
  const read = Math.min(...tokens.map(({ word }) => word.confidence ?? weights.confidenceUnknown));
  const place = beside ? 1 : strength === 'weak' ? weights.weakModelApart : weights.apart;
  const base = strength === 'weak' && !beside ? 1 : strengths[strength];
  return {
    ...reading,
    tokens,
    strength,
    beside,
    weight: base * place * read * readings[reading.reading],
  };
}

function isBeside(tokens: readonly Token[], name: readonly Token[]): boolean {
  return tokens.some((token) =>
    name.some((other) => {
      if (token.row === other.row && Math.abs(token.at - other.at) === 1) return true;
      return standsBeside(token.word, other.word) ?? Math.abs(token.row - other.row) <= 1;
    }),
  );
}

/** Tokens of one row with more than two letters' room between them do not belong together. */
function isTornApart(tokens: readonly Token[]): boolean {
  return tokens.some((token, at) => {
    const [right, left] = [tokens[at + 1]?.word, token.word];
    if (right?.corners === undefined || left.corners === undefined || right === left) return false;
    const gap = Math.hypot(
      right.corners[0].x - left.corners[1].x,
      right.corners[0].y - left.corners[1].y,
    );
    return gap > 1.5 * Math.max(heightOf(left) ?? 0, heightOf(right) ?? 0);
  });
}

/** "320 GC" stands for its own part "320"; what was read stands for what was repaired. */
function standsFor(other: ModelRead, read: ModelRead): boolean {
  if (other === read || other.line.brands[0] !== read.line.brands[0]) return false;
  const within = read.tokens.every((token) => other.tokens.includes(token));
  return within && other.tokens.length > read.tokens.length && other.reading === 'exact';
}
