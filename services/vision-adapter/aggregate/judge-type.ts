// What kind of machine: from the model number, from labels and the web; the special case before the
// general one where it is as well founded.
import type { Brand } from './brands.ts';
import { combine, type Source } from './evidence.ts';
import type { TypeClaim } from './find-types.ts';
import type { ModelVerdict } from './judge-model.ts';
import { isKindOf, type MachineType } from './taxonomy.ts';
import { weights } from './weights.ts';

export interface TypeVerdict {
  readonly type: MachineType;
  readonly confidence: number;
  readonly source: Source;
  readonly reasons: readonly string[];
}

export function judgeType(
  claims: readonly TypeClaim[],
  brand: Brand | undefined,
  brandSeen: boolean,
  model: ModelVerdict | undefined,
): TypeVerdict | undefined {
  const held = claims.map((claim) => heldAgainst(claim, brand));
  const all = [...held, ...claimFromModel(model, brandSeen)];
  const scored = [...new Set(all.map(({ value }) => value))]
    .map((type) => ({ type, score: scoreOf(type, all) }))
    .sort((one, other) => other.score - one.score);
  const best = mostSpecific(scored);
  if (best === undefined || best.score < weights.typeFloor) return undefined;
  const rival = scored.find(
    ({ type, score }) =>
      !isKindOf(type, best.type) &&
      !isKindOf(best.type, type) &&
      score >= weights.contestedFrom * best.score,
  );
  const own = all
    .filter(({ value }) => isKindOf(value, best.type))
    .sort((one, other) => other.weight - one.weight);
  const conflict = brand !== undefined && held.some((claim, at) => claim !== claims[at]);
  return {
    type: best.type,
    confidence: best.score * (rival === undefined ? 1 : weights.contested),
    source: own[0]?.source ?? 'label',
    reasons: [
      ...own.slice(0, 2).map(({ reason }) => reason),
      ...(rival === undefined ? [] : ['Another kind of machine has as good a claim.']),
      ...(conflict ? [`${brand.name} does not build all kinds that were named.`] : []),
    ],
  };
}

/** A maker of cranes in a picture labelled "forklift": the label counts for little. */
function heldAgainst(claim: TypeClaim, brand: Brand | undefined): TypeClaim {
  if (brand === undefined) return claim;
  const builds = brand.makes.some(
    (made) => isKindOf(claim.value, made) || isKindOf(made, claim.value),
  );
  return builds ? claim : { ...claim, weight: claim.weight * weights.outsideProductLine };
}

function claimFromModel(model: ModelVerdict | undefined, brandSeen: boolean): TypeClaim[] {
  if (model === undefined) return [];
  const { read, rival } = model;
  const contested = rival !== undefined && rival.line.type !== read.line.type;
  return [
    {
      value: read.line.type,
      source: 'model-number',
      weight:
        read.weight *
        (brandSeen ? weights.typeFromModel : weights.typeInferred) *
        (contested ? weights.contested : 1),
      reason: 'The kind follows from the model number.',
    },
  ];
}

/** A claim for a special case is one for the general; one for the general supports the special. */
function scoreOf(type: MachineType, claims: readonly TypeClaim[]): number {
  return combine(
    claims.flatMap((claim) => {
      if (isKindOf(claim.value, type)) return [claim];
      if (!isKindOf(type, claim.value)) return [];
      const share =
        claim.source === 'model-number' ? weights.modelParentForChild : weights.parentForChild;
      return [{ ...claim, weight: claim.weight * share }];
    }),
  );
}

interface Scored {
  readonly type: MachineType;
  readonly score: number;
}

function mostSpecific(scored: readonly Scored[]): Scored | undefined {
  let [best] = scored;
  for (const child of scored)
    if (
      best !== undefined &&
      child.type !== best.type &&
      isKindOf(child.type, best.type) &&
      child.score >= weights.specificEnough * best.score
    )
      best = child;
  return best;
}
