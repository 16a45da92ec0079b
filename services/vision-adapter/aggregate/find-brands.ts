// Where makers' names stand: in lettering, in logos, in what the web says.
import { brands, otherTrades, type Brand } from './brands.ts';
import type { Evidence } from './evidence.ts';
import { asName, asToken, digitsAsLetters, oneApart } from './lettering.ts';
import { modelLines } from './models.ts';
import { spans, type Row, type Token } from './tokens.ts';

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
const aliasByName = new Map(aliases.map((alias) => [alias.name, alias]));
const trades = new Set(otherTrades);

const longestName = 3; // tokens: VOLVO CONSTRUCTION EQUIPMENT
const confusableFrom = 4; // letters
const fuzzyFrom = 6;
const faintFrom = 5;

/**
 * How a name was read: as it is written, with look-alike digits, or with one letter off. `faint`: the
 * same in a name so short that only a model of its maker beside it makes it one.
 */
export type Reading = 'exact' | 'confusable' | 'fuzzy' | 'faint';

export interface Mention {
  readonly brand: Brand;
  readonly tokens: readonly Token[];
  readonly reading: Reading;
  readonly word: boolean;
}

/** A name beside another trade (VOLVO PENTA) is no mention. */
export function findMentions(rows: readonly Row[]): Mention[] {
  const mentions = rows.flatMap((row) =>
    [...spans(row, longestName)].flatMap((tokens): Mention[] => {
      const mention = readName(tokens);
      if (mention === undefined) return [];
      const after = row[(tokens.at(-1)?.at ?? 0) + 1]?.text ?? '';
      return trades.has(after) ? [] : [mention];
    }),
  );
  // JOHN DEERE also reads DEERE: the longer one stands.
  return mentions.filter(
    (mention) =>
      !mentions.some(
        (other) =>
          other.tokens.length > mention.tokens.length &&
          mention.tokens.every((token) => other.tokens.includes(token)),
      ),
  );
}

function readName(tokens: readonly Token[]): Mention | undefined {
  const name = tokens.map((token) => token.name).join('');
  const found = readAlias(name);
  if (found === undefined) return undefined;
  const { brand, word } = found.alias;
  // "In case of" is no Case: everyday words count in capitals only, and as one token.
  if (word && !(tokens.length === 1 && inCapitals(tokens[0]))) return undefined;
  if (found.reading === 'faint' && tokens.length > 1) return undefined;
  if (tokens.length > 1 && found.reading !== 'exact' && name.length < 8) return undefined;
  return { brand, tokens, reading: found.reading, word };
}

const inCapitals = (token: Token | undefined) =>
  token !== undefined && token.word.text === token.word.text.toUpperCase();

function readAlias(name: string): { alias: Alias; reading: Reading } | undefined {
  const exact = aliasByName.get(name);
  if (exact !== undefined) return { alias: exact, reading: 'exact' };
  const letters = digitsAsLetters(name);
  if (letters !== name && name.length >= confusableFrom && mostlyLetters(name)) {
    const alias = aliasByName.get(letters);
    if (alias !== undefined) return { alias, reading: 'confusable' };
  }
  if (name.length < faintFrom - 1 || !mostlyLetters(name)) return undefined;
  const near = aliases.filter(
    (alias) => !alias.word && alias.name.length >= faintFrom && oneApart(alias.name, letters),
  );
  const [alias] = near;
  if (alias === undefined || near.some(({ brand }) => brand !== alias.brand)) return undefined;
  const long = Math.min(alias.name.length, name.length) >= fuzzyFrom;
  return { alias, reading: long ? 'fuzzy' : 'faint' };
}

const mostlyLetters = (name: string) => name.replace(/\d/gu, '').length * 2 > name.length;

/** A maker's name with a model of that maker run together: CAT320D. */
export function splitNameFromModel(text: string): readonly [string, string] | undefined {
  if (!/\d/u.test(text)) return undefined;
  const letters = digitsAsLetters(text);
  for (const { brand, name } of aliases) {
    if (name.length < 3 || !letters.startsWith(name)) continue;
    const rest = text.slice(name.length).replace(/^[-.:/]+/u, '');
    const fits = modelLines.some(
      (line) => line.brands.includes(brand.name) && line.pattern.test(rest),
    );
    if (fits) return [text.slice(0, name.length), rest];
  }
  return undefined;
}

const companyWords = new Set(
  (
    'INC LTD LIMITED CORP CORPORATION COMPANY CO GROUP AB AG GMBH SE SA SPA PLC LLC CE CONSTRUCTION ' +
    'EQUIPMENT MACHINERY MACHINES INDUSTRIES HEAVY INFRACORE EUROPE GLOBAL'
  ).split(' '),
);

export interface NamedBrand {
  readonly brand: Brand;
  /** What else the text says: nothing but the name, or a company around it. */
  readonly alone: boolean;
}

/**
 * The maker that a text of the web or a logo names, whole words only (a "staircase" is no Case).
 * Everyday words count when nothing but a company's words stand beside them.
 */
export function brandNamedIn(text: string): NamedBrand | undefined {
  const tokens = text.split(/[^\p{L}\p{N}&-]+/u).filter((token) => token !== '');
  const names = tokens.map(asName);
  for (let length = Math.min(longestName, names.length); length > 0; length -= 1)
    for (let from = 0; from + length <= names.length; from += 1) {
      const alias = aliasByName.get(names.slice(from, from + length).join(''));
      if (alias === undefined) continue;
      const rest = [...tokens.slice(0, from), ...tokens.slice(from + length)].map(asToken);
      if (rest.some((token) => trades.has(token))) continue;
      const alone = rest.every((token) => companyWords.has(token));
      if (alias.word && !alone) continue;
      return { brand: alias.brand, alone };
    }
  return undefined;
}

/** True where a maker is named, but one of its other trades is meant (Volvo Cars). */
export const namesOtherTrade = (text: string) =>
  text
    .split(/[^\p{L}\p{N}]+/u)
    .map(asToken)
    .some((token) => trades.has(token));

const namesIn = (texts: readonly string[]) =>
  new Set(texts.flatMap((text) => brandNamedIn(text)?.brand.name ?? []));

/** Makers that logos, and makers that the web names. */
export const brandsInPlay = ({ logos, entities, bestGuesses, pageTitles }: Evidence) => ({
  logos: namesIn(logos.map(({ name }) => name)),
  web: namesIn([...entities.map(({ name }) => name), ...bestGuesses, ...pageTitles]),
});
