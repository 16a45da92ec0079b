// One text as a model of the makers in play: as written, or with a slip of the reader mended.
import { repairs } from '../evidence/letters.ts';
import { modelLines, type ModelLine } from '../tables/known-makers.ts';
import type { Strength } from '../tables/maker.ts';
import { weakShapes, type WeakShape } from '../lettering/rejections.ts';

export interface Reading {
  readonly line: ModelLine;
  /** As people write it: 320 GC. */
  readonly model: string;
  readonly strength: Strength;
  /** `repaired`: a letter where only one digit fits; `guessed`: every other repair. */
  readonly reading: 'exact' | 'repaired' | 'guessed';
}

/** A way to mend a text: the texts that may have been meant. Tried in their order, the mildest first. */
interface RepairRule {
  readonly name: string;
  readonly reading: 'repaired' | 'guessed';
  /** It swaps look-alikes: what no line takes even with look-alikes need not be tried. */
  readonly swaps: boolean;
  readonly mend: (text: string) => readonly string[];
}

export const repairRules: readonly RepairRule[] = [
  {
    name: 'letterForDigit',
    reading: 'repaired',
    swaps: true,
    mend: (text) => repairs(text).flatMap(({ token, guessed }) => (guessed ? [] : [token])),
  },
  {
    name: 'digitForLetter',
    reading: 'guessed',
    swaps: true,
    mend: (text) => repairs(text).flatMap(({ token, guessed }) => (guessed ? [token] : [])),
  },
  { name: 'strayTail', reading: 'guessed', swaps: false, mend: (text) => [text.slice(0, -1)] },
  {
    name: 'unreadTail',
    reading: 'guessed',
    swaps: false,
    mend: (text) => (text.includes('-') ? [text.slice(0, text.lastIndexOf('-'))] : []),
  },
];

export interface ReadingRules {
  readonly weakShapes: readonly WeakShape[];
  readonly repairRules: readonly RepairRule[];
}

type Lines = readonly ModelLine[];

/** One reading at most per maker; repairs only for makers that are `seen`. */
export function readModels(
  text: string,
  lines: Lines,
  seen: ReadonlySet<string>,
  rules: ReadingRules,
): Reading[] {
  const asRead = matches(text, lines, rules.weakShapes).map((match): Reading => ({
    ...match,
    reading: 'exact',
  }));
  if (text.length < 3 || text.length > longestMended || !/\d\d|\d\p{L}|\p{L}\d/u.test(text))
    return asRead;
  const unread = [...seen].filter(
    (brand) => !asRead.some(({ line }) => line.brands.includes(brand)),
  );
  const mended = new Map<RepairRule, readonly string[]>(); // by all makers, made once
  return [
    ...asRead,
    ...unread.flatMap((brand) => readRepaired(text, linesOf.get(brand) ?? [], rules, mended)),
  ];
}

const longestMended = 12; // characters; the mends of longer ones are many, and none is a model

const linesOf: ReadonlyMap<string, Lines> = new Map(
  [...new Set(modelLines.flatMap(({ brands }) => brands))].map((brand) => [
    brand,
    modelLines.filter((line) => line.brands.includes(brand)),
  ]),
);

/** The mildest repair that gives one answer. */
function readRepaired(
  text: string,
  lines: Lines,
  rules: ReadingRules,
  mended: Map<RepairRule, readonly string[]>,
): Reading[] {
  const alike = lines.filter(({ loose }) => loose.test(text));
  for (const rule of rules.repairRules) {
    if (rule.swaps && alike.length === 0) continue;
    const texts = mended.get(rule) ?? rule.mend(text);
    mended.set(rule, texts);
    const found = texts
      .flatMap((one) => matches(one, rule.swaps ? alike : lines, rules.weakShapes))
      .filter(({ strength }) => strength !== 'weak');
    const [first, ...others] = found;
    if (first !== undefined && others.every(({ model }) => model === first.model))
      return [{ ...first, reading: rule.reading }];
  }
  return [];
}

/** How well some maker's grammar takes the text. */
export function strengthOf(text: string): Strength | undefined {
  const strengths = modelLines
    .filter(({ pattern }) => pattern.test(text))
    .map((line) => strengthAs(line, text, weakShapes));
  return (['strong', 'medium', 'weak'] as const).find((strength) => strengths.includes(strength));
}

/** The first row of a maker that takes the text stands for that maker. */
function matches(
  text: string,
  lines: Lines,
  shapes: readonly WeakShape[],
): Omit<Reading, 'reading'>[] {
  const found: Omit<Reading, 'reading'>[] = [];
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
