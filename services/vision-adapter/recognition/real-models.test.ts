// Names of real machines, perfectly read below their maker's name: what was read well is answered as it
// stands. The open half was looked at while the grammars were written; the other half is scored only, and
// without any of its names among the known models.
import { describe, expect, test } from '@jest/globals';
import { weigh } from './aggregate.ts';
import { allRules, type Rules } from './rules.ts';
import { indexed } from './tables/known-models.ts';
import { visionResponse } from '../../../tests/support/recognition/response-builder.ts';
import { realModels, type RealModel } from '../../../tests/support/recognition/real-models.ts';

const half = (which: RealModel['half']) => realModels.filter((model) => model.half === which);

type Outcome = 'right' | 'shortened' | 'not found' | 'wrong';

const withoutBlanks = (name: string) => name.toUpperCase().replace(/\s/gu, '');
const bare = (name: string) => name.toUpperCase().replace(/[^\p{L}\p{N}]/gu, '');

function outcomeOf({ maker, name }: RealModel, rules: Rules) {
  const { aggregate } = weigh(
    visionResponse({
      text: [maker.toUpperCase(), name],
      labels: { 'Construction equipment': 0.9 },
    }),
    rules,
  ).verdict;
  const { brand, model, isConfident } = aggregate;
  const compare = (): Outcome => {
    if (brand !== null && brand !== maker) return 'wrong';
    if (model === null) return 'not found';
    if (withoutBlanks(model) === withoutBlanks(name)) return 'right';
    return bare(name) !== bare(model) && bare(name).startsWith(bare(model)) ? 'shortened' : 'wrong';
  };
  const outcome = compare();
  return { maker, name, answered: model, outcome, sure: isConfident };
}

const rulesWithOpenHalf: Rules = { ...allRules, known: indexed(half('open')) };

describe.each([
  { which: 'open', rules: allRules },
  { which: 'held out', rules: rulesWithOpenHalf },
] as const)('of the $which half', ({ which, rules }) => {
  const outcomes = half(which).map((model) => outcomeOf(model, rules));
  const count = (wanted: Outcome) => outcomes.filter(({ outcome }) => outcome === wanted).length;
  const share = (...wanted: Outcome[]) =>
    wanted.reduce((sum, outcome) => sum + count(outcome), 0) / outcomes.length;

  test('counts at least 750 names', () => {
    process.stdout.write(
      `${which}: ${outcomes.length} names, right ${count('right')}, shortened ${count('shortened')}, ` +
        `not found ${count('not found')}, wrong ${count('wrong')}, ` +
        `wrong and sure ${outcomes.filter(({ outcome, sure }) => outcome === 'wrong' && sure).length}\n`,
    );
    expect(outcomes.length).toBeGreaterThan(750);
  });

  test('is never wrong and sure', () => {
    expect(outcomes.filter(({ outcome, sure }) => outcome === 'wrong' && sure)).toEqual([]);
  });

  test('is wrong in at most 3 of 1,000', () => {
    expect(share('wrong')).toBeLessThanOrEqual(0.003);
  });

  test('shortens or misses at most 5 of 100', () => {
    expect(share('shortened', 'not found')).toBeLessThanOrEqual(0.05);
  });
});

describe('with one character taken for its look-alike', () => {
  const alike = new Map(Object.entries({ '0': 'O', O: '0', '1': 'I', I: '1', '5': 'S', S: '5' }));
  for (const [one, other] of Object.entries({
    '8': 'B',
    B: '8',
    '2': 'Z',
    Z: '2',
    '6': 'G',
    G: '6',
  }))
    alike.set(one, other);
  const outcomes = realModels.flatMap((model, at) => {
    const name = model.name.toUpperCase();
    const places = Array.from(name).flatMap((character, index) =>
      alike.has(character) ? index : [],
    );
    const index = places[(at * 7) % places.length];
    if (at % 8 !== 0 || index === undefined) return [];
    const misread =
      name.slice(0, index) + (alike.get(name[index] ?? '') ?? '') + name.slice(index + 1);
    const { answered, sure } = outcomeOf({ ...model, name: misread }, allRules);
    const right = answered !== null && bare(answered) === bare(name);
    return [{ name, misread, answered, sure, right }];
  });

  test('is sure of another model in at most 2 of 1,000', () => {
    const wrong = outcomes.filter(
      ({ sure, right, answered }) => sure && !right && answered !== null,
    );
    process.stdout.write(
      `misread: ${outcomes.length} names, right ${outcomes.filter(({ right }) => right).length}, ` +
        `wrong and sure ${wrong.length}\n`,
    );
    expect(wrong.length / outcomes.length).toBeLessThanOrEqual(0.002);
  });

  test('is found again in at least 60 of 100', () => {
    const found = outcomes.filter(({ right }) => right);
    expect(found.length / outcomes.length).toBeGreaterThanOrEqual(0.6);
  });
});

test('lists at least 1,500 names of at least 60 makers', () => {
  expect(realModels.length).toBeGreaterThanOrEqual(1500);
  expect(new Set(realModels.map(({ maker }) => maker)).size).toBeGreaterThanOrEqual(60);
});
