// One text as a model of the makers in play: as written, or with a slip of the reader mended.
import { asName, repairs } from '../evidence/letters.ts';
import { modelLines, type ModelLine } from '../tables/known-makers.ts';
import type { KnownOfMaker } from '../tables/known-models.ts';
import type { MachineType } from '../tables/taxonomy.ts';
import { suffixWords } from '../tables/words.ts';
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
  /** Known to exist is not this one, but one that differs in a look-alike. */
  readonly perhapsMisread: boolean;
}

/** A way to mend a text: the texts that may have been meant. Tried in their order, the mildest first. */
interface RepairRule {
  readonly name: string;
  readonly reading: 'repaired' | 'guessed';
  /** What must be known: the whole name, or what stands before its last dash. */
  readonly to: 'models' | 'stems';
  readonly mend: (text: string) => readonly string[];
}

export const repairRules: readonly RepairRule[] = [
  {
    name: 'letterForDigit',
    reading: 'repaired',
    to: 'models',
    mend: (text) => repairs(text).flatMap(({ token, guessed }) => (guessed ? [] : [token])),
  },
  {
    name: 'digitForLetter',
    reading: 'guessed',
    to: 'models',
    mend: (text) => repairs(text).flatMap(({ token, guessed }) => (guessed ? [token] : [])),
  },
  { name: 'strayTail', reading: 'guessed', to: 'models', mend: (text) => [text.slice(0, -1)] },
  {
    name: 'unreadTail',
    reading: 'guessed',
    to: 'stems',
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
    holds: (text, known, to) => known?.[to].has(asName(text)) === true,
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
  if (text.length < 3 || text.length > longestMended || !/\d\d|\d\p{L}|\p{L}\d/u.test(text))
    return asRead;
  const unread = [...seen].filter(
    (brand) => !asRead.some(({ line }) => line.brands.includes(brand)),
  );
  return [
    ...asRead,
    ...unread.flatMap((brand) => {
      const own = linesOf.get(brand) ?? [];
      return readRepaired(text, brand, own, rules) ?? readTailed(text, last, own, rules) ?? [];
    }),
  ];
}

const longestMended = 12; // characters; the mends of longer ones are many, and none is a model

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
  const isKnown = (name: string) => own.find(({ models }) => models.has(asName(name)));
  const type = isKnown(text)?.models.get(asName(text))?.type ?? match.line.type;
  const perhapsMisread =
    reading === 'exact' &&
    isKnown(text) === undefined &&
    repairs(text).some(({ token }) => isKnown(token) !== undefined);
  return { ...match, type, reading, perhapsMisread };
}

/** The mildest repair that gives one answer. */
function readRepaired(
  text: string,
  brand: string,
  lines: Lines,
  rules: ReadingRules,
): Reading | undefined {
  const known = rules.known.get(brand);
  for (const { mend, to, reading } of rules.repairRules) {
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

const tail = /^(?:-?[A-Z]{1,4}\d{0,2}|-\d{1,2}[A-Z]{0,3}\d?|\/\d{1,2})$/u;

/** A number of the maker's own kind with a tail behind it that nobody listed: given as it is written. */
function readTailed(
  text: string,
  last: string,
  lines: Lines,
  rules: ReadingRules,
): Reading | undefined {
  for (let at = text.length - 1; at >= 3 && text.length - at <= 6; at -= 1) {
    const [head, rest] = [text.slice(0, at), text.slice(at)];
    const whole = rest.length >= last.length;
    if (whole ? rest !== last || !suffixWords.has(rest) : !tail.test(rest)) continue;
    if (head.endsWith('-') || /\d$/u.test(head) === /^\d/u.test(rest)) continue;
    const [match] = matches(head, lines, rules.weakShapes);
    if (match === undefined || match.strength === 'weak') continue;
    const model = match.model + (whole ? ' ' : '') + rest;
    return readingOf({ ...match, model }, 'tailed', text, rules);
  }
  return undefined;
}

/** How well some maker's grammar takes the text. */
export function strengthOf(text: string): Strength | undefined {
  const strengths = modelLines
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

function shownAs({ shown }: ModelLine, match: RegExpExecArray): string {
  if (shown === undefined) return match[0];
  return shown
    .replace(/\$(\d)/gu, (_, group: string) => match[Number(group)] ?? '')
    .replace(/\s+/gu, ' ')
    .replace(/ -/gu, '-')
    .replace(/[-/ ]+$/u, '');
}
