// Every rule of recognition by its name. In force are all of them; the test of the rules leaves one
// out after the other, and a fixture of the truth set turns red each time (docs/decisions/recognition.md).
import { nameRules } from './brand/claim-brand.ts';
import { mentionRules } from './lettering/find-mentions.ts';
import { numberRules } from './model/find-models.ts';
import { repairRules } from './model/read-model.ts';
import { rejections, weakShapes } from './lettering/rejections.ts';
import { sureWhen } from './sure.ts';
import { limitRules, weightRules, weightsWithout } from './tables/weights.ts';

const tables = {
  rejections,
  weakShapes,
  mentionRules,
  numberRules,
  repairRules,
  nameRules,
  sureWhen,
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
    nameRules: inForce(nameRules),
    sureWhen: inForce(sureWhen),
  };
}

export const allRules = rulesWithout();
