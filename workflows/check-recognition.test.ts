import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { recognitionResultSchema, type RecognitionResult } from '../contracts/recognition.ts';
import { invalidFieldsOfRecognition, isRecognitionSignal } from './check-recognition.ts';

const valid: RecognitionResult = {
  provider: {
    ...{ name: 'test', apiVersion: 'v1', featureset: ['TEXT_DETECTION'] },
    ...{ maxResults: 10, rulesVersion: 'abc' },
  },
  aggregate: {
    brand: 'Caterpillar',
    type: 'excavator',
    model: null,
    name: 'Caterpillar',
    confidence: 0.9,
    isConfident: true,
    brandConfidence: 1,
    typeConfidence: 0,
    modelConfidence: 0.5,
    typeSource: null,
  },
  status: 'partial',
  reasons: ['the brand was read'],
  unsupportedFeatures: [],
  evidence: [
    { source: 'WORD', reason: 'it is written there', box: { x: 0, y: 0.1, width: 0.5, height: 1 } },
    { source: 'WEB', reason: 'the web says so', box: null },
  ],
  duplicateOf: '019a53c4-7c10-7d3a-9a52-1f0c3a7be001',
};

/** Every place in a value where another value may stand. */
function pathsOf(value: unknown): string[][] {
  if (typeof value !== 'object' || value === null) return [[]];
  return [
    [],
    ...Object.entries(value).flatMap(([name, inner]) => pathsOf(inner).map((p) => [name, ...p])),
  ];
}

function replaced(value: unknown, [name, ...rest]: readonly string[], other: unknown): unknown {
  if (name === undefined) return other;
  const copy = structuredClone(value) as Record<string, unknown>;
  copy[name] = replaced(copy[name], rest, other);
  return copy;
}

/** As it travels. */
const asJson = (value: unknown): unknown =>
  value === undefined ? undefined : JSON.parse(JSON.stringify(value));

const oddities = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom<unknown>(undefined, [], {}, '', 0, 1, 1.5, -1, 2, 1e300, true, 'identified'),
  fc.array(fc.string(), { maxLength: 12 }),
);

test('finds a value invalid exactly when the contract does', () => {
  const paths = fc.constantFrom(...pathsOf(valid));
  fc.assert(
    fc.property(paths, oddities, paths, oddities, (first, one, second, other) => {
      for (const odd of [replaced(valid, first, one), replaced(valid, second, other)]) {
        const value = asJson(odd);
        expect(invalidFieldsOfRecognition(value).length === 0).toBe(
          recognitionResultSchema.safeParse(value).success,
        );
      }
    }),
    { numRuns: 500 },
  );
});

test('names the fields of a recognition that an operator has entered wrongly', () => {
  expect(invalidFieldsOfRecognition({ brand: 'CAT' })).toEqual([
    'provider',
    'aggregate',
    'status',
    'reasons',
    'unsupportedFeatures',
  ]);
  expect(invalidFieldsOfRecognition({ ...valid, status: 'sure' })).toEqual(['status']);
  expect(invalidFieldsOfRecognition(valid)).toEqual([]);
});

test.each([
  ['nothing', undefined],
  ['null', null],
  ['text', 'CAT'],
  ['an empty object', {}],
  ['another shape', { recognition: { brand: 'CAT' } }],
  ['a run that is no text', { runId: 7, recognition: valid }],
])('takes a signal with %s for no recognition', (_, signal) => {
  expect(isRecognitionSignal(signal)).toBe(false);
});

test('takes a signal with or without a run for a recognition', () => {
  expect(isRecognitionSignal({ eventId: 'e', recognition: valid })).toBe(true);
  expect(isRecognitionSignal({ eventId: 'e', runId: 'r', recognition: valid })).toBe(true);
});
