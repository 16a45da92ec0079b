// When an answer is sure: every row holds.
import type { BrandVerdict } from './brand/judge-brand.ts';
import type { ModelVerdict } from './model/judge-model.ts';
import type { Weights } from './tables/weights.ts';

interface Answer {
  readonly confidence: number;
  readonly brand: BrandVerdict | undefined;
  readonly model: ModelVerdict | undefined;
  readonly weights: Weights;
}

export interface Condition {
  readonly name: string;
  readonly holds: (answer: Answer) => boolean;
}

export const sureWhen: readonly Condition[] = [
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
