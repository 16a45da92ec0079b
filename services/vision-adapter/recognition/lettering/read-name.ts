// Makers' names in any text: as written, with look-alike digits, with one letter off, run together
// with a model, or inside what the web says.
import { brands, type Brand, modelLines } from '../tables/known-makers.ts';
import type { Evidence, Outline } from '../evidence/evidence.ts';
import { asName, asToken, digitsAsLetters, isOneEditApart } from '../evidence/letters.ts';
import { companyWords, otherTrades } from '../tables/words.ts';

interface Alias {
  readonly brand: Brand;
  readonly name: string;
  /** An everyday word or surname too. */
  readonly word: boolean;
}

const aliases: readonly Alias[] = brands.flatMap((brand) => [
  ...brand.aliases.map((alias) => ({ brand, name: asName(alias), word: false })),
  ...(brand.words ?? []).map((alias) => ({ brand, name: asName(alias), word: true })),
]);
export const aliasByName: ReadonlyMap<string, Alias> = new Map(
  aliases.map((alias) => [alias.name, alias]),
);

/** A maker's name as it is written. */
export const isName = (text: string) => aliasByName.has(asName(text));

const longestName = 3; // words: Volvo Construction Equipment
const confusableFrom = 4; // letters
const faintFrom = 5;

/**
 * How a name was read: as it is written, with look-alike digits, or with one letter off. `faint`: the
 * same in a name so short that only a model of its maker beside it makes it one.
 */
export type Reading = 'exact' | 'confusable' | 'fuzzy' | 'faint';

export function readAlias(
  name: string,
  fuzzyFrom: number,
): { alias: Alias; reading: Reading } | undefined {
  const exact = aliasByName.get(name);
  if (exact !== undefined) return { alias: exact, reading: 'exact' };
  const letters = digitsAsLetters(name);
  if (letters !== name && name.length >= confusableFrom && mostlyLetters(name)) {
    const alias = aliasByName.get(letters);
    if (alias !== undefined) return { alias, reading: 'confusable' };
  }
  if (name.length < faintFrom - 1 || !mostlyLetters(name)) return undefined;
  const near = aliases.filter(
    (alias) => !alias.word && alias.name.length >= faintFrom && isOneEditApart(alias.name, letters),
  );
  const [alias] = near;
  if (alias === undefined || near.some(({ brand }) => brand !== alias.brand)) return undefined;
  const long = Math.min(alias.name.length, name.length) >= fuzzyFrom;
  return { alias, reading: long ? 'fuzzy' : 'faint' };
}

const mostlyLetters = (name: string) => name.replace(/\d/gu, '').length * 2 > name.length;

/** A maker's name with a model of that maker run together: CAT320D. */
export function splitNameFromModel(
  text: string,
  shortest: number,
): readonly [string, string] | undefined {
  if (!/\d/u.test(text)) return undefined;
  const letters = digitsAsLetters(text);
  for (const { brand, name } of aliases) {
    if (name.length < shortest || !letters.startsWith(name)) continue;
    const rest = text.slice(name.length).replace(/^[-.:/]+/u, '');
    if (isModelOf(brand, rest)) return [text.slice(0, name.length), rest];
  }
  return undefined;
}

const isModelOf = (brand: Brand, text: string) =>
  modelLines.some((line) => line.brands.includes(brand.name) && line.pattern.test(text));

export interface NamedMaker {
  readonly brand: Brand;
  /** One of its other trades is meant: Volvo Cars. */
  readonly otherTrade: boolean;
}

/**
 * The maker that a text of the web or a logo names, whole words only (a "staircase" is no Case).
 * Everyday words count with nothing but a company's words or a model of theirs beside them.
 */
function makerNamedIn(text: string): NamedMaker | undefined {
  const tokens = text.split(/[^\p{L}\p{N}&.-]+/u).filter((token) => token !== '');
  const names = tokens.map(asName);
  for (let length = Math.min(longestName, names.length); length > 0; length -= 1)
    for (let from = 0; from + length <= names.length; from += 1) {
      const alias = aliasByName.get(names.slice(from, from + length).join(''));
      if (alias === undefined) continue;
      const rest = [...tokens.slice(0, from), ...tokens.slice(from + length)].map(asToken);
      const model = isModelOf(alias.brand, asToken(tokens[from + length] ?? ''));
      const alone = rest.every((token) => companyWords.has(token) || otherTrades.has(token));
      if (alias.word && !alone && !model) continue;
      return { brand: alias.brand, otherTrade: rest.some((token) => otherTrades.has(token)) };
    }
  return undefined;
}

interface ScoredMaker extends NamedMaker {
  readonly score: number;
  readonly outline?: Outline | undefined;
}

/** The makers that logos and the web name, read once. */
export interface MakersNamed {
  readonly logos: readonly ScoredMaker[];
  /** Logos that name no maker of machines. */
  readonly otherLogos: number;
  readonly entities: readonly ScoredMaker[];
  readonly bestGuesses: readonly NamedMaker[];
  readonly pageTitles: readonly NamedMaker[];
}

export function makersNamed(evidence: Evidence): MakersNamed {
  const scored = (named: Evidence['logos']) =>
    named.flatMap(({ name, score, outline }) => {
      const maker = makerNamedIn(name);
      return maker === undefined ? [] : [{ ...maker, score, outline }];
    });
  const naming = (texts: readonly string[]) => texts.flatMap((text) => makerNamedIn(text) ?? []);
  const meant = <Maker extends NamedMaker>(makers: readonly Maker[]) =>
    makers.filter(({ otherTrade }) => !otherTrade);
  const logos = scored(evidence.logos);
  return {
    logos,
    otherLogos: evidence.logos.length - meant(logos).length,
    entities: meant(scored(evidence.entities)),
    bestGuesses: meant(naming(evidence.bestGuesses)),
    pageTitles: meant(naming([...new Set(evidence.pageTitles)])),
  };
}
