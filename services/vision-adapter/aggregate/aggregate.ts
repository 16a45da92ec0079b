// From a Vision answer to brand, type and model, with how sure and why. Pure: no I/O, no clock.
// Evidence -> claims (source, weight, reason) -> verdicts -> one aggregate.
import type { Aggregate, RecognitionStatus } from '../../../contracts/recognition.ts';
import type { AnnotateImageResponse } from '../vision-client.ts';
import { brandsInPlay, findMentions, splitNameFromModel } from './find-brands.ts';
import { findModels, isModel } from './find-models.ts';
import { claimTypes } from './find-types.ts';
import { judgeBrand, unmappedLogos, type BrandVerdict } from './judge-brand.ts';
import { judgeModel, type ModelVerdict } from './judge-model.ts';
import { judgeType, type TypeVerdict } from './judge-type.ts';
import { readEvidence } from './read-evidence.ts';
import { tokenize } from './tokens.ts';
import { weights } from './weights.ts';

export interface Verdict {
  readonly aggregate: Aggregate;
  readonly status: RecognitionStatus;
  /** At most 8 sentences, the weightiest first; no text from the photo. */
  readonly reasons: readonly string[];
}

export function aggregate(response: AnnotateImageResponse): Verdict {
  const evidence = readEvidence(response);
  const rows = tokenize(evidence.lines, { split: splitNameFromModel, isModel });
  const mentions = findMentions(rows);
  const models = findModels(rows, { mentions, ...brandsInPlay(evidence) });
  const typeClaims = claimTypes(evidence);

  const machineSeen = typeClaims.length > 0;
  const brand = judgeBrand({ evidence, mentions, models, machineSeen });
  const seen = brand?.seen ?? false;
  const found = brand && judgeModel(models, brand.brand, seen, evidence);
  const type = judgeType(typeClaims, brand?.brand, seen, found);
  const model = found !== undefined && found.confidence >= weights.modelFloor ? found : undefined;

  const notes =
    unmappedLogos(evidence) > 0 ? ['A logo of a firm that builds no machines was left out.'] : [];
  return {
    aggregate: describe(brand, type, model),
    status: statusOf(brand, type),
    reasons: pickReasons(brand, type, model, notes),
  };
}

function describe(
  brand: BrandVerdict | undefined,
  type: TypeVerdict | undefined,
  model: ModelVerdict | undefined,
): Aggregate {
  const confidence = overall(brand, type);
  const name = [brand?.brand.name, model?.read.model].filter((part) => part !== undefined);
  return {
    brand: brand?.brand.name ?? null,
    type: type?.type ?? null,
    model: model?.read.model ?? null,
    name: name.length > 0 ? name.join(' ') : null,
    confidence: round(confidence),
    isConfident:
      confidence >= weights.confidentFrom &&
      brand?.seen === true &&
      !brand.contested &&
      (model === undefined || model.confidence >= weights.confidentModel),
    brandConfidence: round(brand?.confidence ?? 0),
    typeConfidence: round(type?.confidence ?? 0),
    modelConfidence: round(model?.confidence ?? 0),
    typeSource: type?.source ?? null,
  };
}

function overall(brand: BrandVerdict | undefined, type: TypeVerdict | undefined): number {
  if (brand !== undefined && type !== undefined) return Math.min(brand.confidence, type.confidence);
  return Math.min(brand?.confidence ?? type?.confidence ?? 0, weights.incompleteCap);
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
  brand: BrandVerdict | undefined,
  type: TypeVerdict | undefined,
  model: ModelVerdict | undefined,
  notes: readonly string[],
): string[] {
  const lists = [brand?.reasons ?? [], type?.reasons ?? [], model?.reasons ?? [], notes];
  const longest = Math.max(...lists.map((list) => list.length));
  const inTurn = Array.from({ length: longest }, (_, at) =>
    lists.flatMap((list) => list[at] ?? []),
  ).flat();
  const reasons = [...new Set(inTurn)].slice(0, 8);
  return reasons.length > 0 ? reasons : ['Nothing in the picture names a maker or a machine.'];
}

/** Four decimals are more than the evidence carries. */
const round = (confidence: number) => Math.round(Math.min(confidence, 1) * 10_000) / 10_000;
