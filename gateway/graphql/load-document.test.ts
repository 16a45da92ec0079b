import { expect, test } from '@jest/globals';
import { buildSchema } from 'graphql';
import { createDocuments } from './load-document.ts';
import { schemaText } from './schema.ts';

const load = createDocuments(buildSchema(schemaText), {
  QUERY_TOKENS: 1_000,
  QUERY_ROOT_FIELDS: 5,
  QUERY_DEPTH: 10,
  INTROSPECTION: false,
});

test('loads a document once for all subscribers of one client', () => {
  const query = 'subscription { onAnalysisStarted { eventId } }';
  expect(load(query).errors()).toEqual([]);
  expect(load(query)).toBe(load(query));
});

test('caches neither invalid documents nor those sent without a token', () => {
  const query = '{ ping }';
  expect(load(query).errors()).toEqual([]);
  const kept = load(query);
  for (let attack = 0; attack < 2_000; attack += 1) {
    load(`{ a${attack}: ping }`); // parsed to see what is asked, by anybody
    load(`{ nothing${attack} }`).errors();
  }
  expect(load(query)).toBe(kept);
});

test('evicts old documents for long ones before memory fills', () => {
  const query = 'query First { ping }';
  load(query).errors();
  const kept = load(query);
  for (let n = 0; n < 40; n += 1) load(`{ a${n}: ping } # ${'x'.repeat(30_000)}`).errors();
  expect(load(query)).not.toBe(kept);
});
