// One text as a model of the makers in play: as written, or with a slip of the reader mended.
import { repairs } from './lettering.ts';
import { modelLines, type ModelLine, type Strength } from './models.ts';
import { weakShapes, type WeakShape } from './rejections.ts';

export interface Reading {
  readonly line: ModelLine;
  /** As people write it: 320 GC. */
  readonly model: string;
  readonly strength: Strength;
  /** `repaired`: a letter where only one digit fits; `guessed`: every other repair. */
  readonly reading: 'exact' | 'repaired' | 'guessed';
}

/** A way to mend a text: the texts that may have been meant. Tried in their order, the mildest first. */
export interface RepairRule {
  readonly name: string;
  readonly reading: 'repaired' | 'guessed';
  readonly mend: (text: string) => readonly string[];
}

export const repairRules: readonly RepairRule[] = [
  {
    name: 'letterForDigit',
    reading: 'repaired',
    mend: (text) => repairs(text).flatMap(({ token, guessed }) => (guessed ? [] : [token])),
  },
  {
    name: 'digitForLetter',
    reading: 'guessed',
    mend: (text) => repairs(text).flatMap(({ token, guessed }) => (guessed ? [token] : [])),
  },
  { name: 'strayTail', reading: 'guessed', mend: (text) => [text.slice(0, -1)] },
  {
    name: 'unreadTail',
    reading: 'guessed',
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
  if (text.length < 3 || !/\d\d|\d\p{L}|\p{L}\d/u.test(text)) return asRead;
  const unread = [...seen].filter(
    (brand) => !asRead.some(({ line }) => line.brands.includes(brand)),
  );
  const repaired = unread.flatMap((brand) =>
    readRepaired(
      text,
      lines.filter((line) => line.brands.includes(brand)),
      rules,
    ),
  );
  return [...asRead, ...repaired];
}

/** The mildest repair that gives one answer. */
function readRepaired(text: string, lines: Lines, rules: ReadingRules): Reading[] {
  const alike = lines.filter(({ loose }) => loose.test(text));
  for (const { reading, mend } of rules.repairRules) {
    const found = mend(text)
      .flatMap((one) => matches(one, one.length === text.length ? alike : lines, rules.weakShapes))
      .filter(({ strength }) => strength !== 'weak');
    const [first, ...others] = found;
    if (first !== undefined && others.every(({ model }) => model === first.model))
      return [{ ...first, reading }];
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
