// The models known to exist in two halves: one to look at while a rule is written, one that is only scored.
import { createHash } from 'node:crypto';
import {
  knownModels,
  type KnownModel,
} from '../../../services/vision-adapter/recognition/tables/known-models.ts';

export interface RealModel extends KnownModel {
  readonly half: 'open' | 'held out';
}

/** By a hash, so that a name that is added moves no other. */
const halfOf = ({ maker, name }: KnownModel) =>
  (createHash('sha256').update(`${maker} ${name}`).digest()[0] ?? 0) % 2 === 0
    ? 'open'
    : 'held out';

export const realModels: readonly RealModel[] = knownModels.map((model) => ({
  ...model,
  half: halfOf(model),
}));
