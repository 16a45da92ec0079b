// Where makers' names stand in the lettering, and which of them mean the maker of a machine.
import type { Brand } from '../tables/known-makers.ts';
import { standsBeside } from '../evidence/letters.ts';
import { aliasByName, readAlias, type Reading } from './read-name.ts';
import { captionWords, otherTrades, ownerWords } from '../tables/words.ts';
import { spans, type Row, type Token } from './tokens.ts';
import type { Weights } from '../tables/weights.ts';

const longestName = 3; // tokens: VOLVO CONSTRUCTION EQUIPMENT

export interface Mention {
  readonly brand: Brand;
  readonly tokens: readonly Token[];
  readonly reading: Reading;
  /** An everyday word or surname too. */
  readonly word: boolean;
  readonly capitals: boolean;
  /** The maker's machines were called so once. */
  readonly former: boolean;
}

/** What a rule sees around a name or a number: all names, and the words of the picture. */
export interface Place {
  readonly mentions: readonly Mention[];
  readonly rows: readonly Row[];
  readonly weights: Weights;
}

interface MentionRule {
  readonly name: string;
  readonly what: string;
  readonly means: (mention: Mention, place: Place) => boolean;
}

export const mentionRules: readonly MentionRule[] = [
  {
    name: 'otherTrade',
    what: 'VOLVO PENTA builds engines',
    means: (mention, { rows }) => !otherTrades.has(neighbours(mention, rows).next),
  },
  {
    name: 'vehicleSeries',
    what: 'VOLVO FH 540 is a lorry',
    means: (mention, { rows, weights }) => !namesVehicle(mention, rows, weights),
  },
  {
    name: 'ownersName',
    what: 'AMMANN ERDBAU is a contractor',
    means: (mention, { rows }) => {
      const { previous, next } = neighbours(mention, rows);
      return !ownerWords.has(previous) && !ownerWords.has(next);
    },
  },
  {
    name: 'caption',
    what: '"Photo: K. Hitachi" names who took the picture',
    means: ({ tokens }, { rows }) =>
      !rows[tokens[0]?.row ?? 0]?.some(({ name }) => captionWords.has(name)),
  },
  {
    name: 'listOfMakers',
    what: 'three makers in a row are a dealer’s sign',
    means: (mention, { mentions, weights }) =>
      makersBeside(mention, mentions) < weights.makersInARow,
  },
];

export function findMentions(
  rows: readonly Row[],
  rules: readonly MentionRule[],
  weights: Weights,
): Mention[] {
  const found = rows.flatMap((row) =>
    [...spans(row, longestName)].flatMap((tokens) => readName(tokens, weights) ?? []),
  );
  // JOHN DEERE also reads DEERE: the longer one stands.
  const mentions = found.filter((mention) => !found.some((other) => covers(other, mention)));
  const place = { mentions, rows, weights };
  return mentions.filter((mention) => rules.every(({ means }) => means(mention, place)));
}

function readName(tokens: readonly Token[], weights: Weights): Mention | undefined {
  const name = tokens.map((token) => token.name).join('');
  const found = tokens.length === 1 ? readAlias(name, weights.fuzzyFrom) : readLong(name, weights);
  if (found === undefined) return undefined;
  const { brand, word, former } = found.alias;
  if (word && !former && tokens.length > 1) return undefined;
  return {
    brand,
    tokens,
    reading: found.reading,
    word,
    former,
    capitals: tokens.every(inCapitals),
  };
}

/** Several words are one name when it is written so, or long enough to bear a slip. */
function readLong(name: string, weights: Weights) {
  const exact = aliasByName.get(name);
  if (exact !== undefined) return { alias: exact, reading: 'exact' as const };
  const found = name.length < 8 ? undefined : readAlias(name, weights.fuzzyFrom);
  return found?.reading === 'faint' ? undefined : found;
}

function covers(other: Mention, mention: Mention): boolean {
  // LIEBHERR R 924 is no LIEBHERRR: what is read as it is written stands before what is one letter off.
  if (other.reading === 'exact' && mention.reading !== 'exact')
    return mention.tokens.some((token) => other.tokens.includes(token));
  if (other.reading !== 'exact' && mention.reading === 'exact') return false;
  return (
    other.tokens.length > mention.tokens.length &&
    mention.tokens.every((token) => other.tokens.includes(token))
  );
}

const inCapitals = ({ word }: Token) => word.text === word.text.toUpperCase();

function neighbours({ tokens }: Mention, rows: readonly Row[]) {
  const [first, last] = [tokens[0], tokens.at(-1)];
  const row = rows[first?.row ?? 0] ?? [];
  return {
    previous: row[(first?.at ?? 0) - 1]?.text ?? '',
    next: row[(last?.at ?? 0) + 1]?.text ?? '',
  };
}

function namesVehicle({ brand, tokens }: Mention, rows: readonly Row[], weights: Weights): boolean {
  const { vehicles } = brand;
  const [name] = tokens;
  if (vehicles === undefined || name === undefined) return false;
  return rows
    .flat()
    .some(
      ({ text, word, row }) =>
        vehicles.test(text) &&
        (row === name.row || standsBeside(word, name.word, weights.besideWithin) === true),
    );
}

function makersBeside(mention: Mention, mentions: readonly Mention[]): number {
  const row = mention.tokens[0]?.row;
  return new Set(
    mentions.filter(({ tokens }) => tokens[0]?.row === row).map(({ brand }) => brand.name),
  ).size;
}
