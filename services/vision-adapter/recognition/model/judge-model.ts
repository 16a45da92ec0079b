// Which model: the best number of the maker's own kind, and who else names it.
import type { Brand } from '../tables/known-makers.ts';
import type { Evidence } from '../evidence/evidence.ts';
import type { ModelRead } from './find-models.ts';
import { asName } from '../evidence/letters.ts';
import type { Strength } from '../tables/maker.ts';
import type { Weights } from '../tables/weights.ts';

export interface ModelVerdict {
  readonly read: ModelRead;
  /** That there is such a model of this maker, whatever else stands in the picture. */
  readonly certainty: number;
  /** That it is this machine's. */
  readonly confidence: number;
  /** Another number of this maker stands in the picture with equal weight. */
  readonly rival: ModelRead | undefined;
  readonly reasons: readonly string[];
}

export function judgeModel(
  models: readonly ModelRead[],
  { brand, seen }: { readonly brand: Brand; readonly seen: boolean },
  evidence: Evidence,
  weights: Weights,
): ModelVerdict | undefined {
  const own = models
    .filter((read) => read.line.brands.includes(brand.name))
    .filter((read) => seen || read.line.alone || namesOnWeb(read.model, evidence) > 0)
    .sort((one, other) => other.weight - one.weight || other.model.length - one.model.length);
  const [read] = own;
  if (read === undefined) return undefined;
  const rival = own.find((other) => contests(other, read, weights));
  const supporters = namesOnWeb(read.model, evidence);
  const certainty =
    Math.min(1, read.weight + supporters * weights.modelCorroborated) *
    (seen ? 1 : weights.modelInferred);
  return {
    read,
    certainty,
    confidence: certainty * (rival === undefined ? 1 : weights.contested),
    rival,
    reasons: reasonsFor(read, rival, supporters),
  };
}

const strengths: readonly Strength[] = ['weak', 'medium', 'strong'];

function contests(other: ModelRead, read: ModelRead, weights: Weights): boolean {
  const weaker = strengths.indexOf(other.strength) < strengths.indexOf(read.strength);
  const share = other.strength === 'weak' && weaker ? weights.weakerRival : 1;
  return (
    !sameModel(other.model, read.model) &&
    other.weight * share >= weights.contestedFrom * read.weight
  );
}

/** One written shorter than the other: 320 and 320D, EC220 and EC220E. */
function sameModel(one: string, other: string): boolean {
  const [a, b] = [asName(one), asName(other)];
  return a.startsWith(b) || b.startsWith(a);
}

/** How many of: web entities, best guess, two page titles. */
function namesOnWeb(model: string, evidence: Evidence): number {
  const wanted = asName(model);
  const names = (text: string) => {
    const words = text.split(/\s+/u).map(asName);
    return words.some((word, at) => word === wanted || word + (words[at + 1] ?? '') === wanted);
  };
  return [
    evidence.entities.some(({ name }) => names(name)),
    evidence.bestGuesses.some(names),
    new Set(evidence.pageTitles.filter(names)).size >= 2,
  ].filter(Boolean).length;
}

function reasonsFor(
  { reading, beside, perhapsMisread }: ModelRead,
  rival: ModelRead | undefined,
  supporters: number,
): string[] {
  return [
    beside ? 'A model number stands beside the maker’s name.' : 'A model number was read.',
    ...(reading === 'repaired' ? ['One of its digits was read as a letter.'] : []),
    ...(reading === 'guessed' ? ['It was read in part only: it is a guess.'] : []),
    ...(reading === 'tailed' ? ['How it ends is not known of this maker.'] : []),
    ...(perhapsMisread ? ['A known model differs in a look-alike character.'] : []),
    ...(rival === undefined ? [] : ['Another model number stands there with equal weight.']),
    ...(supporters > 0 ? ['The web names the same model.'] : []),
  ];
}
