// From a Vision answer to brand, type and model, with how sure and why. Pure: no I/O, no clock.
// Evidence -> claims (source, weight, reason) -> verdicts -> one aggregate.
import type { Aggregate, EvidenceItem, RecognitionStatus } from '../../../contracts/recognition.ts';
import type { AnnotateImageResponse } from '../vision/vision-client.ts';
import type { Claim, Evidence, Judged, PictureSize } from './evidence/evidence.ts';
import { listEvidence } from './evidence/list-evidence.ts';
import { findMentions, type Mention } from './lettering/find-mentions.ts';
import { findModels, type ModelRead } from './model/find-models.ts';
import { claimTypes } from './type/claim-types.ts';
import { judgeBrand, type BrandVerdict } from './brand/judge-brand.ts';
import { judgeModel, type ModelVerdict } from './model/judge-model.ts';
import { judgeType, type TypeVerdict } from './type/judge-type.ts';
import { areKin, isKindOf, type MachineType } from './tables/taxonomy.ts';
import { readEvidence } from './evidence/read-evidence.ts';
import { strengthOf } from './model/read-model.ts';
import { isName, makersNamed, splitNameFromModel } from './lettering/read-name.ts';
import { allRules, type Rules } from './rules.ts';
import { outlineOfTokens, tokenize, type Row } from './lettering/tokens.ts';
import type { Weights } from './tables/weights.ts';

export interface Verdict {
  readonly aggregate: Aggregate;
  readonly status: RecognitionStatus;
  /** At most 8 sentences, the weightiest first; no text from the photo. */
  readonly reasons: readonly string[];
  /** What the answer rests on, and where it is; no text from the photo either. */
  readonly evidence: readonly EvidenceItem[];
}

/** Everything that was weighed on the way to a verdict; it holds the text of the photo. */
export interface Weighing {
  readonly evidence: Evidence;
  readonly rows: readonly Row[];
  readonly mentions: readonly Mention[];
  readonly models: readonly ModelRead[];
  readonly brand: Judged<BrandVerdict>;
  readonly type: Judged<TypeVerdict, MachineType>;
  readonly verdict: Verdict;
}

/** @param picture the size of what Vision was given; without it no evidence has a box. */
export const aggregate = (response: AnnotateImageResponse, picture?: PictureSize): Verdict =>
  weigh(response, allRules, picture).verdict;

/** @param rules fewer than all in the test that proves each, and while they are tuned. */
export function weigh(
  response: AnnotateImageResponse,
  rules: Rules = allRules,
  picture?: PictureSize,
): Weighing {
  const { weights, nameRules } = rules;
  const evidence = readEvidence(response, picture);
  const split = (text: string) => splitNameFromModel(text, weights.runTogetherFrom);
  const rows = tokenize(evidence.lines, { split, strengthOf, isName }, rules.rejections);
  const mentions = findMentions(rows, rules.mentionRules, weights);
  const named = makersNamed(evidence);
  const models = findModels(rows, { mentions, named }, rules);
  const typeClaims = claimTypes(evidence, weights);

  const machineSeen = typeClaims.length > 0;
  const seen = { evidence, rows, mentions, named, models, machineSeen };
  const brand = judgeBrand({ ...seen, nameRules, weights });
  const found = brand.verdict && judgeModel(models, brand.verdict, evidence, weights);
  const type = judgeType(typeClaims, brand.verdict?.brand, found, weights);
  const model = nameable(found, type.verdict, weights);

  const notes =
    named.otherLogos > 0 ? ['A logo of a firm that builds no machines was left out.'] : [];
  const verdict = {
    aggregate: describe(brand.verdict, type.verdict, model, rules),
    status: statusOf(brand.verdict, type.verdict),
    reasons: pickReasons(brand, type, model, notes),
    evidence: listEvidence(inTurn(claimsFor(brand, type, model)), picture),
  };
  return { evidence, rows, mentions, models, brand, type, verdict };
}

/** A model too doubtful to be named is not; least of all one of another kind than is seen. */
function nameable(
  model: ModelVerdict | undefined,
  type: TypeVerdict | undefined,
  weights: Weights,
): ModelVerdict | undefined {
  if (model === undefined) return undefined;
  const { line, strength, beside } = model.read;
  const loose = strength === 'weak' && !beside;
  const against = loose && type !== undefined && !areKin(line.type, type.type);
  const confidence = model.confidence * (against ? weights.weakAgainstKind : 1);
  return confidence < weights.modelFloor ? undefined : { ...model, confidence };
}

function describe(
  brand: BrandVerdict | undefined,
  type: TypeVerdict | undefined,
  model: ModelVerdict | undefined,
  { weights, confidenceRules }: Rules,
): Aggregate {
  const confidence = overall(brand, type, weights);
  const name = [brand?.brand.name, model?.read.model].filter((part) => part !== undefined);
  return {
    brand: brand?.brand.name ?? null,
    type: type?.type ?? null,
    model: model?.read.model ?? null,
    name: name.length > 0 ? name.join(' ') : null,
    confidence: round(confidence),
    isConfident: confidenceRules.every(({ holds }) => holds({ confidence, brand, model, weights })),
    brandConfidence: round(brand?.confidence ?? 0),
    typeConfidence: round(type?.confidence ?? 0),
    modelConfidence: round(model?.confidence ?? 0),
    typeSource: type?.source ?? null,
  };
}

function overall(
  brand: BrandVerdict | undefined,
  type: TypeVerdict | undefined,
  { incompleteCap }: Weights,
): number {
  if (brand !== undefined && type !== undefined) return Math.min(brand.confidence, type.confidence);
  return Math.min(brand?.confidence ?? type?.confidence ?? 0, incompleteCap);
}

function statusOf(
  brand: BrandVerdict | undefined,
  type: TypeVerdict | undefined,
): RecognitionStatus {
  if (brand === undefined && type === undefined) return 'unidentified';
  if (brand === undefined || type === undefined) return 'partial';
  return brand.seen ? 'identified' : 'inferred';
}

/** One of each verdict first, so that none is crowded out; then the rest in turn. */
function pickReasons(
  brand: Judged<unknown>,
  type: Judged<unknown>,
  model: ModelVerdict | undefined,
  notes: readonly string[],
): string[] {
  const lists = [brand.reasons, type.reasons, model?.reasons ?? [], notes];
  const reasons = [...new Set(inTurn(lists))].slice(0, 8);
  return reasons.length > 0 ? reasons : ['Nothing in the picture names a maker or a machine.'];
}

/** What speaks for the brand, the type and the model of the answer, each the weightiest first. */
function claimsFor(
  brand: Judged<BrandVerdict>,
  type: Judged<TypeVerdict, MachineType>,
  model: ModelVerdict | undefined,
): readonly (readonly Claim[])[] {
  const forBrand = brand.claims.filter(({ value }) => value === brand.verdict?.brand.name);
  const kind = type.verdict?.type;
  const forType = type.claims.filter(({ value }) => kind !== undefined && isKindOf(value, kind));
  const byWeight = (one: Claim, other: Claim) => other.weight - one.weight;
  return [forBrand.toSorted(byWeight), forType.toSorted(byWeight), claimsForModel(model)];
}

function claimsForModel(model: ModelVerdict | undefined): Claim[] {
  if (model === undefined) return [];
  const { read, confidence: weight, reasons } = model;
  const outline = outlineOfTokens(read.tokens);
  const [reason = ''] = reasons;
  return [{ value: read.model, source: 'model-number', weight, reason, outline }];
}

/** The first of each list, then the second of each, and so on. */
function inTurn<Item>(lists: readonly (readonly Item[])[]): Item[] {
  const longest = Math.max(...lists.map((list) => list.length));
  return Array.from({ length: longest }, (_, at) =>
    lists.flatMap((list) => list.slice(at, at + 1)),
  ).flat();
}

/** Four decimals are more than the evidence carries. */
const round = (confidence: number) => Math.round(Math.min(confidence, 1) * 10_000) / 10_000;
