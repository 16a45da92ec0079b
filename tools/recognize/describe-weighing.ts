// What recognition weighed, as data: printed as tables for people, or as JSON for programs.
import type { Verdict, Weighing } from '../../services/vision-adapter/recognition/aggregate.ts';
import type { Claim, Named } from '../../services/vision-adapter/recognition/evidence/evidence.ts';
import { heightOf } from '../../services/vision-adapter/recognition/evidence/letters.ts';

export interface WeighingDescription {
  readonly answer: Verdict['aggregate'];
  readonly status: Verdict['status'];
  readonly reasons: readonly string[];
  readonly lettering: readonly DescribedWord[];
  /** What Vision named by itself; a best guess and a page title have no score. */
  readonly named: readonly { by: string; name: string; score: number | null }[];
  readonly claims: readonly DescribedClaim[];
}

interface DescribedWord {
  /** Counted from 1. */
  readonly row: number;
  readonly word: string;
  /** Brand or model; null where it is neither. */
  readonly takenAs: string | null;
  /** The rule that kept it from being a model. */
  readonly rejectedBy: string | null;
  readonly confidence: number | null;
  /** In pixels. */
  readonly height: number | null;
}

interface DescribedClaim {
  readonly about: 'brand' | 'type' | 'model';
  readonly value: string;
  readonly by: string;
  readonly weight: number;
  readonly reason: string;
}

/** Contains the text of the photo: for tuning the rules, never for a log. */
export function describeWeighing(weighing: Weighing): WeighingDescription {
  const { aggregate: answer, status, reasons } = weighing.verdict;
  return {
    answer,
    status,
    reasons,
    lettering: describeWords(weighing),
    named: describeNamed(weighing),
    claims: describeClaims(weighing),
  };
}

function describeWords({ rows, mentions, models }: Weighing): DescribedWord[] {
  return rows.flat().map((token) => {
    const maker = mentions.find(({ tokens }) => tokens.includes(token));
    const own = models.filter(({ tokens }) => tokens.includes(token)).map(({ model }) => model);
    const takenAs = maker?.brand.name ?? [...new Set(own)].join(', ');
    return {
      row: token.row + 1,
      word: token.text,
      takenAs: takenAs === '' ? null : takenAs,
      rejectedBy: token.rejectedBy ?? null,
      confidence: token.word.confidence ?? null,
      height: heightOf(token.word) ?? null,
    };
  });
}

function describeNamed({ evidence }: Weighing): WeighingDescription['named'] {
  const scored = (by: string, named: readonly Named[]) =>
    named.map(({ name, score }) => ({ by, name, score }));
  const unscored = (by: string, names: readonly string[]) =>
    names.map((name) => ({ by, name, score: null }));
  return [
    ...scored('logo', evidence.logos),
    ...scored('label', evidence.labels),
    ...scored('object', evidence.objects),
    ...scored('web entity', evidence.entities),
    ...unscored('best guess', evidence.bestGuesses),
    ...unscored('page title', evidence.pageTitles),
  ];
}

function describeClaims({ brand, type, models }: Weighing): DescribedClaim[] {
  const made = (about: 'brand' | 'type', claims: readonly Claim[]): DescribedClaim[] =>
    claims
      .toSorted((one, other) => other.weight - one.weight)
      .map(({ value, source, weight, reason }) => ({ about, value, by: source, weight, reason }));
  return [
    ...made('brand', brand.claims),
    ...made('type', type.claims),
    ...models.map(({ model, strength, reading, beside, weight }): DescribedClaim => ({
      about: 'model',
      value: model,
      by: 'lettering',
      weight,
      reason: `${strength}, ${reading}, ${beside ? 'beside the name' : 'apart from the name'}`,
    })),
  ];
}
