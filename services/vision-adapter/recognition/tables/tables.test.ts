import { expect, test } from '@jest/globals';
import { brands, modelLines } from './known-makers.ts';
import { knownModels } from './known-models.ts';
import { asName, isOneEditApart } from '../evidence/letters.ts';
import { lineage, taxonomy, type MachineType } from './taxonomy.ts';
import { limitRules, weightRules } from './weights.ts';

test('knows at least 110 makers and 20 kinds', () => {
  expect(brands.length).toBeGreaterThanOrEqual(110);
  expect(Object.keys(taxonomy).length).toBeGreaterThanOrEqual(20);
});

test('gives no alias to two makers', () => {
  const names = brands.flatMap(({ aliases, words = [], former = [] }) =>
    [...aliases, ...words, ...former].map(asName),
  );
  expect(names.length).toBe(new Set(names).size);
});

test('keeps the names of two makers more than one letter apart', () => {
  const aliases = brands.flatMap(({ name, aliases }) =>
    aliases.map(asName).flatMap((alias) => (alias.length < 4 ? [] : [{ name, alias }])),
  );
  const near = aliases.flatMap((one) =>
    aliases
      .filter((other) => other.name !== one.name && isOneEditApart(one.alias, other.alias))
      .map((other) => `${one.alias} ${other.alias}`),
  );
  expect(near).toEqual([]);
});

test('lists known models under their maker, with a kind of the taxonomy', () => {
  const makers = new Set(brands.map(({ name }) => name));
  const strange = knownModels.filter(
    ({ maker, type }) => !makers.has(maker) || !(type in taxonomy),
  );
  expect(strange).toEqual([]);
});

test('lists no known model twice', () => {
  const rows = knownModels.map(({ maker, type, name }) => `${maker} ${type} ${name}`);
  const seen = new Set<string>();
  expect(rows.filter((row) => seen.size === seen.add(row).size)).toEqual([]);
});

test('gives a maker only models of kinds that it builds', () => {
  for (const { brands: makers, type, pattern } of modelLines)
    for (const maker of makers) {
      const brand = brands.find(({ name }) => name === maker);
      const builds = brand?.makes.some((made: MachineType) =>
        [...lineage(type), ...lineage(made)].some((kind) => kind === made || kind === type),
      );
      expect({ maker, type, pattern: pattern.source, builds }).toMatchObject({ builds: true });
    }
});

test('keeps every weight between 0 and 1, with its reason', () => {
  for (const [name, { value, reason }] of Object.entries(weightRules)) {
    expect({ name, fits: value >= 0 && value <= 1 }).toEqual({ name, fits: true });
    expect(reason.length).toBeGreaterThan(10);
  }
  for (const { reason } of Object.values(limitRules)) expect(reason.length).toBeGreaterThan(10);
});
