// How an answer compares with what a picture shows.
import type { Aggregate } from '../../../contracts/recognition.ts';
import {
  lineage,
  taxonomy,
  type MachineType,
} from '../../../services/vision-adapter/recognition/tables/taxonomy.ts';
import type { Named } from './fixture.ts';

/** `silent`: nothing there and nothing said. `abstained`: something there, nothing said. */
export type Grade = 'right' | 'wrong' | 'abstained' | 'silent';

export interface Grades {
  readonly brand: Grade;
  readonly type: Grade;
  readonly model: Grade;
  /** The one thing that must not be. */
  readonly wrongAndSure: boolean;
}

/** @param shows null: not there, or not asked for. A more general kind than the true one is right. */
export function grade(
  { brand, type, model, isConfident }: Pick<Aggregate, 'brand' | 'type' | 'model' | 'isConfident'>,
  [trueBrand, trueType, trueModel]: Named,
): Grades {
  const grades = {
    brand: gradeField(brand, trueBrand),
    type: type !== null && generalises(type, trueType) ? 'right' : gradeField(type, trueType),
    model: gradeField(plain(model), plain(trueModel)),
  } as const;
  return { ...grades, wrongAndSure: isConfident && Object.values(grades).includes('wrong') };
}

function gradeField(said: string | null, truth: string | null): Grade {
  if (said === null) return truth === null ? 'silent' : 'abstained';
  return said === truth ? 'right' : 'wrong';
}

const generalises = (said: string, truth: string | null) =>
  truth !== null &&
  truth in taxonomy &&
  lineage(truth as MachineType).includes(said as MachineType);

/** 320 GC and 320GC are one model. */
const plain = (model: string | null) => model?.toUpperCase().replace(/[\s-]/gu, '') ?? null;
