// Whose machine it is: names seen, what the web says, and what the model number implies.
import type { Brand } from './brands.ts';
import { brands } from './brands.ts';
import { combine, type Claim, type Evidence } from './evidence.ts';
import { brandNamedIn, namesOtherTrade, type Mention } from './find-brands.ts';
import type { ModelRead } from './find-models.ts';
import { asShare, showsOtherVehicle } from './find-types.ts';
import { heightOf } from './lettering.ts';
import { weights } from './weights.ts';

export interface BrandVerdict {
  readonly brand: Brand;
  readonly confidence: number;
  /** Its name or its logo is in the picture. */
  readonly seen: boolean;
  /** Another maker has as good a claim. */
  readonly contested: boolean;
  readonly reasons: readonly string[];
}

interface Candidate {
  readonly brand: Brand;
  readonly claims: readonly Claim[];
  readonly seen: boolean;
  readonly model: ModelRead | undefined;
  readonly confidence: number;
}

export interface BrandEvidence {
  readonly evidence: Evidence;
  readonly mentions: readonly Mention[];
  readonly models: readonly ModelRead[];
  /** Something in the picture, or a model, says that there is a machine of some kind. */
  readonly machineSeen: boolean;
}

export function judgeBrand(given: BrandEvidence): BrandVerdict | undefined {
  const candidates = brands
    .map((brand) => candidateOf(brand, given))
    .filter(({ claims }) => claims.length > 0)
    .sort((one, other) => rank(other) - rank(one));
  const [best] = candidates;
  if (best === undefined) return undefined;
  const doubts = doubtsAbout(best, candidates.slice(1), given);
  const confidence = doubts.reduce((left, { factor }) => left * factor, best.confidence);
  if (confidence < weights.brandFloor) return undefined;
  return {
    brand: best.brand,
    confidence,
    seen: best.seen,
    contested: doubts.some(({ factor }) => factor === weights.contested),
    reasons: [
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

function candidateOf(brand: Brand, given: BrandEvidence): Candidate {
  const { evidence, mentions, models } = given;
  const own = models.filter((read) => read.line.brands.includes(brand.name));
  const model = own.filter(isTelling).sort((one, other) => other.weight - one.weight)[0];
  const direct = [
    ...claimLettering(brand, mentions, evidence, model),
    ...claimLogos(brand, evidence),
  ];
  const web = claimWeb(brand, evidence);
  const seen = direct.length > 0;
  const number = claimFromModel(brand, own, model, seen, web.length > 0);
  const claims = [...direct, ...web, ...number];
  return { brand, claims, seen, model, confidence: combine(claims) };
}

/** Read as it stands, and more than a bare number away from the name. */
const isTelling = (read: ModelRead) =>
  read.reading !== 'guessed' && (read.strength !== 'weak' || read.beside);

function claimLettering(
  brand: Brand,
  mentions: readonly Mention[],
  evidence: Evidence,
  model: ModelRead | undefined,
): Claim[] {
  const own = mentions.filter((mention) => mention.brand === brand);
  if (own.length === 0) return [];
  const tallest = Math.max(0, ...evidence.lines.flat().map((word) => heightOf(word) ?? 0));
  return own.flatMap(({ tokens, reading, word }): Claim[] => {
    if (reading === 'faint' && !(model?.beside && model.reading === 'exact')) return [];
    const crowded = (evidence.lines[tokens[0]?.row ?? 0]?.length ?? 0) > 3;
    if (word && model === undefined && crowded) return []; // a sentence, not a name on a machine
    const read = Math.min(...tokens.map((t) => t.word.confidence ?? weights.confidenceUnknown));
    const height = tokens[0] === undefined ? undefined : heightOf(tokens[0].word);
    const floor = weights.prominenceFloor;
    const prominence =
      height === undefined || tallest === 0
        ? weights.prominenceUnknown
        : floor + (1 - floor) * (height / tallest);
    const name = {
      exact: 1,
      confusable: weights.confusable,
      fuzzy: weights.fuzzy,
      faint: weights.fuzzy,
    }[reading];
    const trust = word && model === undefined ? weights.ambiguousAlias : 1;
    return [
      {
        value: brand.name,
        source: 'lettering',
        weight: weights.lettering * read * prominence * name * trust,
        reason:
          reading === 'exact'
            ? `${brand.name} is written in the picture.`
            : `${brand.name} is written in the picture, with a letter misread.`,
      },
    ];
  });
}

function claimLogos(brand: Brand, { logos }: Evidence): Claim[] {
  return logos
    .filter(({ name }) => brandNamedIn(name)?.brand === brand)
    .map(({ score }) => ({
      value: brand.name,
      source: 'logo',
      weight: weights.logo * Math.min(score, 1),
      reason: `The logo of ${brand.name} is in the picture.`,
    }));
}

function claimWeb(brand: Brand, evidence: Evidence): Claim[] {
  const names = (text: string) => brandNamedIn(text)?.brand === brand;
  const titles = new Set(evidence.pageTitles.filter(names)).size;
  const claim = (source: Claim['source'], weight: number, reason: string): Claim => ({
    value: brand.name,
    source,
    weight,
    reason,
  });
  return [
    ...evidence.entities
      .filter(({ name }) => names(name))
      .map(({ score }) =>
        claim(
          'web-entity',
          weights.webEntity * asShare(score),
          `The web knows similar pictures of ${brand.name}.`,
        ),
      ),
    ...evidence.bestGuesses
      .filter(names)
      .map(() =>
        claim('best-guess', weights.brandBestGuess, `The web’s best guess is ${brand.name}.`),
      ),
    ...(titles > 0
      ? [
          claim(
            'page-titles',
            Math.min(titles * weights.brandPageTitle, weights.brandPageTitles),
            `Pages with this picture name ${brand.name}.`,
          ),
        ]
      : []),
  ];
}

function claimFromModel(
  brand: Brand,
  own: readonly ModelRead[],
  model: ModelRead | undefined,
  seen: boolean,
  onTheWeb: boolean,
): Claim[] {
  const inferring = own.find(({ line, reading }) => line.alone === true && reading === 'exact');
  if (seen || onTheWeb)
    return model === undefined
      ? []
      : [
          {
            value: brand.name,
            source: 'model-number',
            weight: weights.brandFromModel * model.weight,
            reason: `The model number fits ${brand.name}.`,
          },
        ];
  if (inferring === undefined) return [];
  return [
    {
      value: brand.name,
      source: 'model-number',
      weight: weights.brandInferred * inferring.weight,
      reason: `No maker is seen; the model number is of the kind that ${brand.name} uses.`,
    },
  ];
}

interface Doubt {
  readonly factor: number;
  readonly reason: string;
}

function doubtsAbout(best: Candidate, rivals: readonly Candidate[], given: BrandEvidence): Doubt[] {
  const doubts: Doubt[] = [];
  const rival = rivals.find(
    (other) => other.seen === best.seen && !shareModels(best.brand, other.brand),
  );
  const near = rival !== undefined && rival.confidence >= weights.contestedFrom * best.confidence;
  if (rival?.seen && best.model !== undefined && rival.model === undefined)
    doubts.push({
      factor: weights.rivalWithoutModel,
      reason: `${rival.brand.name} is named too, without a model.`,
    });
  else if (rival !== undefined && (near || (best.seen && rival.model !== undefined)))
    doubts.push({
      factor: weights.contested,
      reason: `${rival.brand.name} has as good a claim.`,
    });
  const foreign = given.models.find(
    (read) =>
      read.line.alone === true &&
      read.reading === 'exact' &&
      !read.line.brands.includes(best.brand.name),
  );
  if (best.model === undefined && foreign !== undefined && rival === undefined)
    doubts.push({
      factor: weights.foreignModel,
      reason: `The model number is of the kind that ${foreign.line.brands[0] ?? ''} uses.`,
    });
  if (best.brand.alsoVehicles && !given.machineSeen && showsOtherVehicle(given.evidence))
    doubts.push({
      factor: weights.otherVehicle,
      reason: `${best.brand.name} builds cars or lorries too, and one is in the picture.`,
    });
  return doubts;
}

/** Doosan and Develon number alike: the name on the machine decides. */
const shareModels = (one: Brand, other: Brand) =>
  one.name !== other.name && [one.name, other.name].sort().join() === 'Develon,Doosan';

/** Logos of firms that build no machines: left out, and said so. */
export const unmappedLogos = ({ logos }: Evidence) =>
  logos.filter(({ name }) => brandNamedIn(name) === undefined || namesOtherTrade(name)).length;
