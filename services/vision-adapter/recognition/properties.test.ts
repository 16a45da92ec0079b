// What holds for every answer, whatever is in it.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { evidenceSchema, mostEvidence } from '../../../contracts/recognition.ts';
import { aggregate } from './aggregate.ts';
import { brands } from './tables/known-makers.ts';
import {
  visionResponse,
  type ResponseContent,
} from '../../../tests/support/recognition/response-builder.ts';
import { taxonomy } from './tables/taxonomy.ts';
import { truthSet } from '../../../tests/support/recognition/truth-set.ts';

const word = fc.oneof(
  fc.constantFrom(...brands.flatMap(({ aliases, words = [] }) => [...aliases, ...words])),
  fc.constantFrom('320D', 'EC220E', 'PC210LC-11', 'ZX350LC-7', 'D6T', '3CX', 'TB235', '540-170'),
  fc.constantFrom('MAX', 'TLF', 'NR.', 'KG', '20T', '2019', '12', 'AB', '-', 'FH', 'ENGCON', 'R25'),
  fc.constantFrom(...Object.values(taxonomy).flatMap(({ words }) => [...words])),
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.string({ unit: fc.constantFrom(...Array.from('ABCDEILOPRSTXZ0123456789-.')), maxLength: 10 }),
);
const text = fc.array(word, { maxLength: 5 }).map((words) => words.join(' '));

describe('whatever shape the answer has', () => {
  const absent = fc.constantFrom(null, undefined);
  const orAbsent = <Value>(value: fc.Arbitrary<Value>) =>
    fc.oneof({ weight: 4, arbitrary: value }, absent);
  const list = <Value>(value: fc.Arbitrary<Value>) => orAbsent(fc.array(value, { maxLength: 4 }));
  const some = (parts: Record<string, fc.Arbitrary<unknown>>) =>
    fc.record(parts, { requiredKeys: [] });
  const score = orAbsent(fc.oneof(fc.double({ min: 0, max: 1 }), fc.float()));
  const vertex = some({
    x: orAbsent(fc.integer({ min: -50, max: 3000 })),
    y: orAbsent(fc.integer()),
  });
  const box = orAbsent(some({ vertices: list(vertex) }));
  const share = orAbsent(fc.oneof(fc.double({ min: -0.5, max: 1.5 }), fc.float()));
  const place = orAbsent(some({ normalizedVertices: list(some({ x: share, y: share })) }));
  const named = list(some({ description: orAbsent(text), score, boundingPoly: box }));
  const pause = fc.constantFrom('SPACE', 'LINE_BREAK', 'HYPHEN', 'UNKNOWN', 0, 1, 5, 99, null);
  const symbol = some({
    text: orAbsent(fc.oneof(word, fc.string({ maxLength: 1 }))),
    property: orAbsent(some({ detectedBreak: orAbsent(some({ type: pause })) })),
  });
  const words = list(some({ symbols: list(symbol), boundingBox: box, confidence: score }));
  const pages = list(some({ blocks: list(some({ paragraphs: list(some({ words })) })) }));
  const response = some({
    fullTextAnnotation: orAbsent(some({ text: orAbsent(text), pages })),
    textAnnotations: list(some({ description: orAbsent(text), boundingPoly: box })),
    logoAnnotations: named,
    labelAnnotations: named,
    localizedObjectAnnotations: list(some({ name: orAbsent(text), score, boundingPoly: place })),
    webDetection: orAbsent(
      some({
        webEntities: named,
        bestGuessLabels: list(some({ label: orAbsent(text) })),
        pagesWithMatchingImages: list(some({ pageTitle: orAbsent(text) })),
      }),
    ),
    error: orAbsent(some({ code: orAbsent(fc.integer()), message: orAbsent(text) })),
  });

  test('throws for no response, and keeps every confidence between 0 and 1', () => {
    fc.assert(
      fc.property(response, (given) => {
        const { aggregate: answer, reasons } = aggregate(given);
        for (const name of [
          'confidence',
          'brandConfidence',
          'typeConfidence',
          'modelConfidence',
        ] as const) {
          expect(answer[name]).toBeGreaterThanOrEqual(0);
          expect(answer[name]).toBeLessThanOrEqual(1);
        }
        expect(reasons.length).toBeGreaterThan(0);
        expect(reasons.length).toBeLessThanOrEqual(8);
      }),
      { numRuns: 300 },
    );
  });

  test('gives at most 20 pieces of evidence, each with a box inside the picture or none', () => {
    fc.assert(
      fc.property(response, (given) => {
        const { evidence } = aggregate(given, { width: 1600, height: 1200 });
        expect(evidence.length).toBeLessThanOrEqual(mostEvidence);
        for (const { box, ...item } of evidence) {
          evidenceSchema.parse({ ...item, box });
          expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(1 + 1e-9);
          expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(1 + 1e-9);
        }
      }),
      { numRuns: 300 },
    );
  });
});

const scores = fc
  .array(fc.tuple(text, fc.double({ min: 0, max: 1.5, noNaN: true })), { maxLength: 4 })
  .map((pairs) => Object.fromEntries(pairs));
const lines = fc.array(
  fc.record({
    text,
    height: fc.integer({ min: 8, max: 200 }),
    x: fc.integer({ min: 0, max: 1200 }),
    y: fc.integer({ min: 0, max: 900 }),
    confidence: fc.double({ min: 0, max: 1, noNaN: true }),
  }),
  { maxLength: 6 },
);

describe('whatever is seen', () => {
  const anything = fc.record<ResponseContent>({
    text: lines,
    logos: scores,
    labels: scores,
    objects: scores,
    entities: scores,
    guesses: fc.array(text, { maxLength: 2 }),
    titles: fc.array(text, { maxLength: 6 }),
  });

  test('is sure of identified machines only, and at most .49 of half an answer', () => {
    fc.assert(
      fc.property(anything, (seen) => {
        const { aggregate: answer, status } = aggregate(visionResponse(seen));
        const { isConfident, brand, type, confidence } = answer;
        if (isConfident) expect({ brand, type, status }).toMatchObject({ status: 'identified' });
        if (brand === null || type === null) expect(confidence).toBeLessThanOrEqual(0.49);
      }),
      { numRuns: 200 },
    );
  });

  test('is never sure of a maker whose name and logo are not in the picture', () => {
    const share = fc.double({ min: 0.5, max: 1.5, noNaN: true });
    const kind = fc.constantFrom(...Object.keys(taxonomy));
    const maker = fc.constantFrom(...brands);
    fc.assert(
      fc.property(
        maker,
        kind,
        share,
        fc.integer({ min: 0, max: 9 }),
        (brand, type, score, pages) => {
          const { isConfident } = aggregate(
            visionResponse({
              entities: { [brand.name]: score, [type]: score },
              labels: { [type]: score },
              guesses: [`${brand.name} ${type}`],
              titles: Array.from({ length: pages }, (_, page) => `${brand.name} ${type} ${page}`),
            }),
          ).aggregate;
          expect(isConfident).toBe(false);
        },
      ),
      { numRuns: 300 },
    );
  });

  test('keeps the words of the photo out of reasons and evidence', () => {
    const secret = fc.constantFrom('Jens Hansen', '22334455', 'HEMMELIG', 'jens@hansen.dk');
    fc.assert(
      fc.property(anything, secret, (seen, private_) => {
        const { reasons, evidence } = aggregate(
          visionResponse({ ...seen, text: [...(seen.text ?? []), private_] }),
          { width: 1600, height: 1200 },
        );
        expect(JSON.stringify([reasons, evidence])).not.toContain(private_);
      }),
      { numRuns: 200 },
    );
  });
});

describe('an unrelated word', () => {
  const unrelated = fc.record({
    text: fc.constantFrom(
      'DIESEL',
      'Hansen & Lund',
      'UDLEJNING',
      'Vogn 417',
      '2019',
      'Tlf. 70 20 31 44',
      '50HP',
      '20 t',
      'RØD STOP',
      'ØDEGÅRD',
      'www.nordbyg.dk',
      'AdBlue',
      'XC 12 345',
      '0412',
      'HYDRAULIK',
      'MAX 350 bar',
      'NOTAUS',
      '!',
      '—',
    ),
    height: fc.integer({ min: 8, max: 200 }),
    x: fc.integer({ min: 0, max: 1200 }),
    y: fc.integer({ min: 0, max: 3000 }),
  });
  const unsure = Object.entries(truthSet).filter(
    ([, { sees }]) => !aggregate(visionResponse(sees)).aggregate.isConfident,
  );

  test('stays unsure with an unrelated word added', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...unsure),
        unrelated,
        fc.boolean(),
        ([, { sees }], added, first) => {
          const text = sees.text ?? [];
          const more = { ...sees, text: first ? [added, ...text] : [...text, added] };
          expect(aggregate(visionResponse(more)).aggregate.isConfident).toBe(false);
        },
      ),
      { numRuns: 300 },
    );
  });
});
