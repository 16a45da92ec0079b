// One text as a model of the makers in play: as written, or with a slip of the reader mended.
import { repairs } from '../evidence/letters.ts';
import { modelLines, type ModelLine } from '../tables/known-makers.ts';
import { keyOf, type KnownOfMaker } from '../tables/known-models.ts';
import type { MachineType } from '../tables/taxonomy.ts';
import { shortSuffixes, suffixWords } from '../tables/words.ts';
import type { Strength } from '../tables/maker.ts';
import { weakShapes, type WeakShape } from '../lettering/rejections.ts';

export interface Reading {
  readonly line: ModelLine;
  /** As the list of known models has it, else as the line has it. */
  readonly type: MachineType;
  /** As people write it: 320 GC. */
  readonly model: string;
  readonly strength: Strength;
  /**
   * `repaired`: a letter where only one digit fits; `guessed`: every other repair; `tailed`: as it is
   * written, with a tail that the maker's grammar does not know.
   */
  readonly reading: 'exact' | 'repaired' | 'guessed' | 'tailed';
  /** A look-alike was swapped, and the whole is a model that is known. */
  readonly swapped: boolean;
  /** Machines of two kinds bear this name. */
  readonly twoKinds: boolean;
  /** Known to exist is not this one, but one that differs in a look-alike. */
  readonly perhapsMisread: boolean;
}

/** A way to mend a text: the texts that may have been meant. Tried in their order, the mildest first. */
interface RepairRule {
  readonly name: string;
  readonly reading: 'repaired' | 'guessed';
  /** What must be known: the whole name, or what stands before its last dash. */
  readonly to: 'models' | 'stems';
  /** It swaps look-alikes, which goes before a tail that nobody listed; cutting goes after it. */
  readonly swaps: boolean;
  readonly mend: (text: string) => readonly string[];
}

/** 750 is a number of its own, and no 75D with a letter misread. */
const shortNumber = /^\d{1,3}$/u;

export const repairRules: readonly RepairRule[] = [
  {
    name: 'letterForDigit',
    reading: 'repaired',
    to: 'models',
    swaps: true,
    mend: (text) => repairs(text).flatMap(({ token, guessed }) => (guessed ? [] : [token])),
  },
  {
    name: 'digitForLetter',
    reading: 'guessed',
    to: 'models',
    swaps: true,
    mend: (text) =>
      shortNumber.test(text)
        ? []
        : repairs(text).flatMap(({ token, guessed }) => (guessed ? [token] : [])),
  },
  {
    name: 'strayTail',
    reading: 'guessed',
    to: 'models',
    swaps: false,
    mend: (text) => [text.slice(0, -1)],
  },
  {
    name: 'unreadTail',
    reading: 'guessed',
    to: 'stems',
    swaps: false,
    mend: (text) => (text.includes('-') ? [text.slice(0, text.lastIndexOf('-'))] : []),
  },
];

/** What a repair must end in. */
interface RepairCheck {
  readonly name: string;
  readonly what: string;
  readonly holds: (text: string, known: KnownOfMaker | undefined, to: RepairRule['to']) => boolean;
}

export const repairChecks: readonly RepairCheck[] = [
  {
    name: 'knownModel',
    what: 'what was read well is changed into a model known to exist, and into nothing else',
    holds: (text, known, to) => known?.[to].has(keyOf(text)) === true,
  },
];

export interface ReadingRules {
  readonly weakShapes: readonly WeakShape[];
  readonly repairRules: readonly RepairRule[];
  readonly repairChecks: readonly RepairCheck[];
  readonly known: ReadonlyMap<string, KnownOfMaker>;
}

type Lines = readonly ModelLine[];
type Match = Pick<Reading, 'line' | 'model' | 'strength'>;

/**
 * One reading at most per maker; repairs and unknown tails only for makers that are `seen`.
 * @param last the text's last word: a tail that the grammar does not know ends the word it is in.
 */
export function readModels(
  text: string,
  last: string,
  lines: Lines,
  seen: ReadonlySet<string>,
  rules: ReadingRules,
): Reading[] {
  const asRead = matches(text, lines, rules.weakShapes).map((match) =>
    readingOf(match, 'exact', text, rules),
  );
  if (
    text.length < 3 ||
    text.length - (suffixWords.has(last) ? last.length : 0) > longestMended ||
    !/\d\d|\d\p{L}|\p{L}\d/u.test(text)
  )
    return asRead;
  const unread = [...seen].filter(
    (brand) => !asRead.some(({ line }) => line.brands.includes(brand)),
  );
  return [
    ...asRead,
    ...unread.flatMap((brand) => {
      const own = linesOf.get(brand) ?? [];
      const mend = (swaps: boolean) => readRepaired(text, brand, own, swaps, rules);
      return mend(true) ?? readTailed(text, last, own, rules) ?? mend(false) ?? [];
    }),
  ];
}

const longestMended = 16; // characters; the mends of longer ones are many, and none is a model

const linesOf: ReadonlyMap<string, Lines> = new Map(
  [...new Set(modelLines.flatMap(({ brands }) => brands))].map((brand) => [
    brand,
    modelLines.filter((line) => line.brands.includes(brand)),
  ]),
);

function readingOf(
  match: Match,
  reading: Reading['reading'],
  text: string,
  { known }: ReadingRules,
): Reading {
  const own = match.line.brands.flatMap((brand) => known.get(brand) ?? []);
  const find = (name: string) =>
    own.map(({ models }) => models.get(keyOf(name))).find((model) => model !== undefined);
  const model = find(text);
  return {
    ...match,
    model:
      model !== undefined && sameButForBlanks(model.name, match.model) ? model.name : match.model,
    type: model === undefined || model.twoKinds ? match.line.type : model.type,
    swapped: (reading === 'repaired' || reading === 'guessed') && model !== undefined,
    twoKinds: model?.twoKinds === true,
    reading,
    perhapsMisread:
      reading === 'exact' &&
      model === undefined &&
      repairs(text).some(({ token }) => find(token) !== undefined),
  };
}

/** Then the maker's own spelling is shown. */
const sameButForBlanks = (one: string, other: string) =>
  [one, other]
    .map((text) => text.toUpperCase().replace(/\s/gu, ''))
    .every((text, _, [first]) => text === first);

/** The mildest repair that gives one answer. */
function readRepaired(
  text: string,
  brand: string,
  lines: Lines,
  swapping: boolean,
  rules: ReadingRules,
): Reading | undefined {
  const known = rules.known.get(brand);
  for (const { mend, to, reading, swaps } of rules.repairRules) {
    if (swaps !== swapping) continue;
    const found = mend(text)
      .filter((one) => rules.repairChecks.every(({ holds }) => holds(one, known, to)))
      .flatMap((one) => matches(one, lines, rules.weakShapes))
      .filter(({ strength }) => strength !== 'weak');
    const [first, ...others] = found;
    if (first !== undefined && others.every(({ model }) => model === first.model))
      return readingOf(first, reading, first.model, rules);
  }
  return undefined;
}

const tail = /^(?:[A-Z]{1,4}\d{0,2}|-(?:1\d|2[0-5]|[1-9])(?:[A-Z]{1,3}\d?)?|\/\d{1,2})$/u;

/** A number of the maker's own kind with a tail behind it that nobody listed: given as it is written. */
function readTailed(
  text: string,
  last: string,
  lines: Lines,
  rules: ReadingRules,
): Reading | undefined {
  const apart = suffixWords.has(last) ? 'exact' : shortSuffixes.has(last) ? 'tailed' : undefined;
  if (apart !== undefined && text.length > last.length) {
    const [match] = matches(text.slice(0, -last.length), lines, rules.weakShapes);
    if (match === undefined) return undefined;
    return readingOf({ ...match, model: `${match.model} ${last}` }, apart, text, rules);
  }
  for (let at = text.length - 1; at >= 3 && text.length - at <= 6; at -= 1) {
    const [head, rest] = [text.slice(0, at), text.slice(at)];
    if (rest.length >= last.length || !tail.test(rest)) continue;
    if (head.endsWith('-') || /\d$/u.test(head) === /^\d/u.test(rest)) continue;
    const [match] = matches(head, lines, rules.weakShapes);
    if (match === undefined || match.strength === 'weak') continue;
    return readingOf({ ...match, model: match.model + rest }, 'tailed', text, rules);
  }
  return undefined;
}

/** How well the grammar of one of these lines takes the text. */
export function strengthOf(text: string, lines: Lines): Strength | undefined {
  const strengths = lines
    .filter(({ pattern }) => pattern.test(text))
    .map((line) => strengthAs(line, text, weakShapes));
  return (['strong', 'medium', 'weak'] as const).find((strength) => strengths.includes(strength));
}

/** The first row of a maker that takes the text stands for that maker. */
function matches(text: string, lines: Lines, shapes: readonly WeakShape[]): Match[] {
  const found: Match[] = [];
  for (const line of lines) {
    if (found.some((other) => other.line.brands[0] === line.brands[0])) continue;
    const match = line.pattern.exec(text);
    if (match !== null)
      found.push({ line, model: shownAs(line, match), strength: strengthAs(line, text, shapes) });
  }
  return found;
}

const strengthAs = ({ strength }: ModelLine, text: string, shapes: readonly WeakShape[]) =>
  strength === 'medium' && shapes.some(({ pattern }) => pattern.test(text)) ? 'weak' : strength;

/** Every character that was read is shown, and every dash, unless the row writes letters of its own. */
function shownAs({ shown }: ModelLine, match: RegExpExecArray): string {
  const [text] = match;
  if (shown === undefined) return text;
  const written = shown
    .replace(/\$(\d)/gu, (_, group: string) => match[Number(group)] ?? '')
    .replace(/\s+/gu, ' ')
    .replace(/ -/gu, '-')
    .replace(/[-/ ]+$/u, '');
  if (/[A-Z]/u.test(shown)) return written;
  const keepsDashes = dashesIn(written) >= dashesIn(text);
  return keepsDashes && keyOf(written) === keyOf(text) ? written : text;
}

const dashesIn = (text: string) => text.match(/[\p{L}\p{N}]-(?=[\p{L}\p{N}])/gu)?.length ?? 0;
