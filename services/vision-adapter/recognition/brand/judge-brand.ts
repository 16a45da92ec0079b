// Whose machine it is: the maker that most speaks for, and what speaks against that.
import { brands, modelLines, type Brand } from '../tables/known-makers.ts';
import { claimBrand, type BrandClaims, type BrandEvidence } from './claim-brand.ts';
import { combine, type Judged } from '../evidence/evidence.ts';
import { showsOtherVehicle, showsRoadVehicle, showsToy } from '../type/claim-types.ts';
import type { Weights } from '../tables/weights.ts';

export interface BrandVerdict {
  readonly brand: Brand;
  readonly confidence: number;
  /** Its name or its logo is in the picture. */
  readonly seen: boolean;
}

interface Candidate extends BrandClaims {
  readonly brand: Brand;
  readonly confidence: number;
}

interface Given extends BrandEvidence {
  /** Something in the picture says that there is a machine of some kind. */
  readonly machineSeen: boolean;
}

export function judgeBrand(given: Given): Judged<BrandVerdict> {
  const { mentions, named, models } = given;
  const inPlay = new Set([
    ...[mentions, named.logos, named.entities, named.bestGuesses, named.pageTitles]
      .flat()
      .map(({ brand }) => brand.name),
    ...models.flatMap(({ line }) => line.brands),
  ]);
  const candidates = brands
    .filter(({ name }) => inPlay.has(name))
    .map((brand): Candidate => {
      const claimed = claimBrand(brand, given);
      return { brand, ...claimed, confidence: combine(claimed.claims) };
    })
    .filter(({ claims }) => claims.length > 0)
    .sort((one, other) => rank(other) - rank(one));
  const [first] = candidates;
  if (first === undefined) return { verdict: undefined, reasons: [], claims: [] };
  const today = candidates.find(({ brand, seen }) => seen && brand.name === first.brand.today);
  const best = today ?? first;
  const doubts = doubtsAbout(
    best,
    candidates.filter((other) => other !== best),
    given,
  );
  const confidence = doubts.reduce((left, { factor }) => left * factor, best.confidence);
  const { brand, seen } = best;
  return {
    claims: candidates.flatMap(({ claims }) => claims),
    verdict: confidence < given.weights.brandFloor ? undefined : { brand, confidence, seen },
    reasons: [
      ...(today === undefined ? [] : [`${first.brand.name} is the former name of ${brand.name}.`]),
      ...[...best.claims]
        .sort((one, other) => other.weight - one.weight)
        .map(({ reason }) => reason),
      ...doubts.map(({ reason }) => reason),
    ],
  };
}

/** A name with a model of its own maker goes before a name alone; what is seen before what is not. */
const rank = ({ seen, model, confidence }: Candidate) =>
  confidence + (seen ? 1 : 0) + (seen && model !== undefined ? 0.2 : 0);

interface Doubt {
  readonly factor: number;
  readonly reason: string;
}

/** What in the picture speaks against a maker; a weight each says how much. */
const sceneDoubts: readonly {
  readonly weight: 'formerName' | 'otherVehicle' | 'vehicleToo' | 'toy' | 'webWithoutMachine';
  readonly holds: (best: Candidate, given: Given) => boolean;
  readonly reason: string;
}[] = [
  {
    weight: 'formerName',
    holds: ({ former }) => former,
    reason: 'The name seen is one of former days; the maker bears another today.',
  },
  {
    weight: 'otherVehicle',
    holds: ({ brand }, { evidence, machineSeen }) =>
      brand.vehicles !== undefined && !machineSeen && showsOtherVehicle(evidence),
    reason: 'This maker builds cars or lorries too, and one is in the picture.',
  },
  {
    weight: 'vehicleToo',
    holds: ({ brand, model }, { evidence, machineSeen }) =>
      brand.vehicles !== undefined &&
      model === undefined &&
      machineSeen &&
      showsRoadVehicle(evidence),
    reason: 'The name may be that of the lorry or car that is in the picture too.',
  },
  {
    weight: 'toy',
    holds: (_, { evidence }) => showsToy(evidence),
    reason: 'It may be a toy, a game or a book.',
  },
  {
    weight: 'webWithoutMachine',
    holds: ({ claims }, { machineSeen }) =>
      !machineSeen && claims.every(({ source }) => webSources.has(source)),
    reason: 'The web names a maker, but nothing in the picture is known as a machine.',
  },
];

const webSources: ReadonlySet<string> = new Set(['web-entity', 'best-guess', 'page-titles']);

const doubtsAbout = (best: Candidate, rivals: readonly Candidate[], given: Given): Doubt[] => [
  ...doubtFromRivals(best, rivals, given),
  ...sceneDoubts
    .filter(({ holds }) => holds(best, given))
    .map(({ weight, reason }) => ({ factor: given.weights[weight], reason })),
];

function doubtFromRivals(best: Candidate, rivals: readonly Candidate[], given: Given): Doubt[] {
  const { models, weights } = given;
  const rival = rivals.find(
    (other) => other.seen === best.seen && !shareModels(best.brand, other.brand),
  );
  if (rival === undefined)
    return best.model === undefined ? doubtFromModel(best, models, weights) : [];
  const { name } = rival.brand;
  if (best.seen && best.model !== undefined && rival.model === undefined)
    return [
      { factor: weights.rivalWithoutModel, reason: `${name} is named too, without a model.` },
    ];
  // Of two makers seen neither is sure, however small the one is written: whose number is missing?
  const contests = best.seen || rival.confidence >= weights.contestedFrom * best.confidence;
  return contests ? [{ factor: weights.contested, reason: `${name} has as good a claim.` }] : [];
}

/** The only number in the picture is one that another maker alone uses. */
function doubtFromModel(best: Candidate, models: Given['models'], weights: Weights): Doubt[] {
  const foreign = models.find(
    ({ line, reading }) =>
      line.alone && reading === 'exact' && !line.brands.includes(best.brand.name),
  );
  if (foreign === undefined) return [];
  const maker = foreign.line.brands[0] ?? '';
  const reason = `The model number is of the kind that ${maker} uses.`;
  return [{ factor: weights.foreignModel, reason }];
}

/** Doosan and Develon number alike: the name on the machine decides. */
const shareModels = (one: Brand, other: Brand) =>
  one !== other &&
  modelLines.some((line) => [one, other].every(({ name }) => line.brands.includes(name)));
