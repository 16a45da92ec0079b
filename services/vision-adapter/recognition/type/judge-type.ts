// What kind of machine: from the model number, from labels and the web; the special case before the
// general one where it is as well founded.
import type { Brand } from '../tables/known-makers.ts';
import { combine, type Judged, type Source } from '../evidence/evidence.ts';
import type { TypeClaim } from './claim-types.ts';
import type { ModelVerdict } from '../model/judge-model.ts';
import { outlineOfTokens } from '../lettering/tokens.ts';
import { areKin, isKindOf, type MachineType } from '../tables/taxonomy.ts';
import type { Weights } from '../tables/weights.ts';

export interface TypeVerdict {
  readonly type: MachineType;
  readonly confidence: number;
  readonly source: Source;
}

export function judgeType(
  claims: readonly TypeClaim[],
  brand: Brand | undefined,
  model: ModelVerdict | undefined,
  weights: Weights,
): Judged<TypeVerdict, MachineType> {
  const outside = claims.filter(({ value }) => brand !== undefined && !builds(brand, value));
  const held = claims.map((claim) =>
    outside.includes(claim)
      ? { ...claim, weight: claim.weight * weights.outsideProductLine }
      : claim,
  );
  const all = [...held, ...claimFromModel(model, weights)];
  const scored = [...new Set(all.map(({ value }) => value))]
    .map((type) => ({ type, score: scoreOf(type, all, weights) }))
    .sort((one, other) => other.score - one.score);
  const best = mostSpecific(scored, weights.specificEnough);
  const conflicts = [...new Set(outside.map(({ value }) => value))].map(
    (kind) => `${brand?.name ?? ''} does not build the kind ${kind}: that hint counts for little.`,
  );
  if (best === undefined || best.score < weights.typeFloor)
    return { verdict: undefined, reasons: conflicts, claims: all };
  const rival = scored.find((other) => contests(other, best, weights.contestedFrom));
  const own = all
    .filter(({ value }) => isKindOf(value, best.type))
    .sort((one, other) => other.weight - one.weight);
  return {
    claims: all,
    verdict: {
      type: best.type,
      confidence: best.score * (rival === undefined ? 1 : weights.contested),
      source: own[0]?.source ?? 'label',
    },
    reasons: [
      ...own.slice(0, 2).map(({ reason }) => reason),
      ...(rival === undefined ? [] : ['Another kind of machine has as good a claim.']),
      ...conflicts,
    ],
  };
}

/** True when the maker builds this kind, a special case or a more general one of it. */
const builds = (brand: Brand, kind: MachineType) => brand.makes.some((made) => areKin(made, kind));

function claimFromModel(model: ModelVerdict | undefined, weights: Weights): TypeClaim[] {
  if (model === undefined) return [];
  const { read, rival, certainty } = model;
  const contested = rival !== undefined && rival.line.type !== read.line.type;
  return [
    {
      value: read.line.type,
      source: 'model-number',
      weight: certainty * weights.typeFromModel * (contested ? weights.contested : 1),
      reason: 'The kind follows from the model number.',
      outline: outlineOfTokens(read.tokens),
    },
  ];
}

/** A claim for a special case is one for the general; one for the general supports the special. */
function scoreOf(type: MachineType, claims: readonly TypeClaim[], weights: Weights): number {
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

function mostSpecific(scored: readonly Scored[], enough: number): Scored | undefined {
  let [best] = scored;
  for (const child of scored)
    if (
      best !== undefined &&
      child.type !== best.type &&
      isKindOf(child.type, best.type) &&
      child.score >= enough * best.score
    )
      best = child;
  return best;
}

const contests = (other: Scored, best: Scored, from: number) =>
  !areKin(other.type, best.type) && other.score >= from * best.score;
