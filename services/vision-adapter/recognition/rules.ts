// Every rule of recognition by its name. In force are all of them; the test of the rules leaves one
// out after the other, and a fixture of the truth set turns red each time (docs/decisions/recognition.md).
import { nameRules } from './brand/claim-brand.ts';
import type { BrandVerdict } from './brand/judge-brand.ts';
import { mentionRules } from './lettering/find-mentions.ts';
import { numberRules } from './model/find-models.ts';
import type { ModelVerdict } from './model/judge-model.ts';
import { repairChecks, repairRules } from './model/read-model.ts';
import { indexed, knownModels } from './tables/known-models.ts';
import { rejections, weakShapes } from './lettering/rejections.ts';
import { limitRules, weightRules, weightsWithout, type Weights } from './tables/weights.ts';

interface ConfidenceRule {
  readonly name: string;
  readonly holds: (answer: {
    readonly confidence: number;
    readonly brand: BrandVerdict | undefined;
    readonly model: ModelVerdict | undefined;
    readonly weights: Weights;
  }) => boolean;
}

/** An answer is confident when every row holds. */
const confidenceRules: readonly ConfidenceRule[] = [
  {
    name: 'likelyEnough',
    holds: ({ confidence, weights }) => confidence >= weights.confidentFrom,
  },
  { name: 'makerSeen', holds: ({ brand }) => brand?.seen === true },
  {
    name: 'modelNotDoubtful',
    holds: ({ model, weights }) =>
      model === undefined || model.confidence >= weights.confidentModel,
  },
];

const known = indexed(knownModels);

const tables = {
  rejections,
  weakShapes,
  mentionRules,
  numberRules,
  repairRules,
  repairChecks,
  nameRules,
  confidenceRules,
} as const;

export const ruleNames: readonly string[] = [
  ...Object.keys(weightRules),
  ...Object.keys(limitRules),
  ...Object.values(tables).flatMap((rows) => rows.map(({ name }) => name)),
];

export type Rules = ReturnType<typeof rulesWithout>;

/** @throws {RangeError} a name is none of `ruleNames`. */
export function rulesWithout(...names: readonly string[]) {
  const unknown = names.filter((name) => !ruleNames.includes(name));
  if (unknown.length > 0)
    throw new RangeError(`unknown rule ${unknown.join(', ')}; known are ${ruleNames.join(', ')}`);
  const without = new Set(names);
  const inForce = <Row extends { readonly name: string }>(rows: readonly Row[]) =>
    rows.filter(({ name }) => !without.has(name));
  return {
    weights: weightsWithout(without),
    rejections: inForce(rejections),
    weakShapes: inForce(weakShapes),
    mentionRules: inForce(mentionRules),
    numberRules: inForce(numberRules),
    repairRules: inForce(repairRules),
    repairChecks: inForce(repairChecks),
    known,
    nameRules: inForce(nameRules),
    confidenceRules: inForce(confidenceRules),
  };
}

export const allRules = rulesWithout();
