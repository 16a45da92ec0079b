// The truth set against the rules: every answer as it should be, and no rule without its proof.
import { describe, expect, test } from '@jest/globals';
import { aggregate, weigh } from './aggregate.ts';
import { allRules, ruleNames, rulesWithout, type Rules } from './rules.ts';
import { visionResponse } from '../../../tests/support/recognition/response-builder.ts';
import type { ConfidenceName, Fixture } from '../../../tests/support/recognition/fixture.ts';
import { grade } from '../../../tests/support/recognition/grade.ts';
import { truthSet } from '../../../tests/support/recognition/truth-set.ts';

const fixtures = Object.entries(truthSet);

/** In what an answer differs from the one wanted; nothing: it is as it should be. */
function differences(fixture: Fixture, rules: Rules): string[] {
  const { aggregate: answer, status, reasons } = weigh(visionResponse(fixture.sees), rules).verdict;
  const [brand, type, model] = fixture.answers ?? fixture.shows;
  const sure = fixture.sure ?? (brand !== null && type !== null);
  const within = Object.entries(fixture.within ?? {}) as [ConfidenceName, [number, number]][];
  return [
    ...differs('brand', answer.brand, brand),
    ...differs('type', answer.type, type),
    ...differs('model', answer.model, model),
    ...differs('sure', answer.isConfident, sure),
    ...(fixture.status === undefined ? [] : differs('status', status, fixture.status)),
    ...within
      .filter(([name, [least, most]]) => answer[name] < least || answer[name] > most)
      .map(([name, range]) => `${name} ${answer[name]} is not within ${range.join(' and ')}`),
    ...(fixture.says === undefined || reasons.some((reason) => reason.includes(fixture.says ?? ''))
      ? []
      : [`no reason says "${fixture.says}": ${reasons.join(' ')}`]),
  ];
}

const differs = (what: string, got: unknown, wanted: unknown) =>
  got === wanted ? [] : [`${what} ${String(got)} instead of ${String(wanted)}`];

describe('answers every fixture as it should be', () => {
  test.each(fixtures)('answers the fixture %s as it should be', (_, fixture) => {
    expect({ trap: fixture.trap, differences: differences(fixture, allRules) }).toEqual({
      trap: fixture.trap,
      differences: [],
    });
  });
});

describe('over the whole set', () => {
  const graded = fixtures.map(([name, { sees, shows, hidden }]) => {
    const grades = grade(aggregate(visionResponse(sees)).aggregate, shows);
    return { name, hidden, shows, ...grades };
  });

  test('is never wrong and sure', () => {
    expect(graded.filter(({ wrongAndSure }) => wrongAndSure).map(({ name }) => name)).toEqual([]);
  });

  test('is right, or rightly silent, in brand, type and model on at least 80 % of what can be identified', () => {
    const identifiable = graded.filter(
      ({ shows: [brand, type], hidden }) => brand !== null && type !== null && hidden !== true,
    );
    const right = identifiable.filter(({ brand, type, model }) =>
      [brand, type, model].every((one) => one === 'right' || one === 'silent'),
    );
    expect(identifiable.length).toBeGreaterThan(60);
    expect(right.length / identifiable.length).toBeGreaterThanOrEqual(0.8);
  });
});

describe('fails the fixtures of a rule that is left out', () => {
  test('names only known rules in fixtures', () => {
    const named = fixtures.flatMap(([, { rules }]) => rules ?? []);
    expect(named.filter((name) => !ruleNames.includes(name))).toEqual([]);
  });

  test.each(ruleNames)('needs the rule %s for its fixtures', (name) => {
    const without = rulesWithout(name);
    const proofs = fixtures.filter(([, { rules }]) => rules?.includes(name) === true);
    const red = proofs.filter(([, fixture]) => differences(fixture, without).length > 0);
    expect(red.map(([fixture]) => fixture)).toEqual(proofs.map(([fixture]) => fixture));
    expect(red.length).toBeGreaterThan(0);
  });
});
