import { expect, test } from '@jest/globals';
import { brands, modelLines } from './known-makers.ts';
import { asName, oneApart } from '../evidence/letters.ts';
import { lineage, taxonomy, type MachineType } from './taxonomy.ts';
import { limitRules, weightRules } from './weights.ts';

test('at least 40 makers and 20 kinds are known', () => {
  expect(brands.length).toBeGreaterThanOrEqual(40);
  expect(Object.keys(taxonomy).length).toBeGreaterThanOrEqual(20);
});

test('no alias means two makers', () => {
  const names = brands.flatMap(({ aliases, words = [] }) => [...aliases, ...words].map(asName));
  expect(names.length).toBe(new Set(names).size);
});

test('no two makers are one letter apart: a slip of the reader must not change the maker', () => {
  const aliases = brands.flatMap(({ name, aliases }) =>
    aliases.map(asName).flatMap((alias) => (alias.length < 4 ? [] : [{ name, alias }])),
  );
  const near = aliases.flatMap((one) =>
    aliases
      .filter((other) => other.name !== one.name && oneApart(one.alias, other.alias))
      .map((other) => `${one.alias} ${other.alias}`),
  );
  expect(near).toEqual([]);
});

test('every line belongs to a known maker who builds its kind', () => {
  for (const { brands: makers, type, pattern } of modelLines)
    for (const maker of makers) {
      const brand = brands.find(({ name }) => name === maker);
      const builds = brand?.makes.some((made: MachineType) =>
        [...lineage(type), ...lineage(made)].some((kind) => kind === made || kind === type),
      );
      expect({ maker, type, pattern: pattern.source, builds }).toMatchObject({ builds: true });
    }
});

test('every weight is a share and gives its reason', () => {
  for (const [name, { value, reason }] of Object.entries(weightRules)) {
    expect({ name, fits: value >= 0 && value <= 1 }).toEqual({ name, fits: true });
    expect(reason.length).toBeGreaterThan(10);
  }
  for (const { reason } of Object.values(limitRules)) expect(reason.length).toBeGreaterThan(10);
});
