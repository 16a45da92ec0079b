import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { UnavailableError } from '../sdk/index.ts';
import { lineOf, reportRetries } from './report.ts';

const printed: unknown[] = [];
beforeEach(() => {
  printed.length = 0;
  jest.useFakeTimers();
  jest.spyOn(console, 'error').mockImplementation((line) => void printed.push(line));
});
afterEach(() => {
  jest.restoreAllMocks();
  jest.useRealTimers();
});

const failure = new UnavailableError('UNREACHABLE', 'no answer', { remedy: 'Wait.' });
/** An outage: a failure every ten seconds. */
function failFor(report: ReturnType<typeof reportRetries>, ms: number) {
  for (let at = 0, failures = 1; at < ms; at += 10_000, failures += 1) {
    report({ failure, failures, inMs: 10_000 });
    jest.advanceTimersByTime(10_000);
  }
}

test('says why nothing moves once, then every five minutes', () => {
  failFor(reportRetries(), 6 * 60_000);
  expect(printed).toEqual(['no answer; retrying ...', 'no answer, still; retrying ...']);
});

test.each([
  ['soon', 3 * 60_000],
  ['hours', 3 * 60 * 60_000],
])('says it as news when it fails again %s after it recovered', (_when, ms) => {
  const report = reportRetries();
  failFor(report, 60_000);
  jest.advanceTimersByTime(ms);
  failFor(report, 60_000);
  expect(printed).toEqual(['no answer; retrying ...', 'no answer; retrying ...']);
});

test('names the earlier analysis whose recognition a result is', () => {
  const aggregate = {
    ...{ brand: 'Volvo', type: 'Excavator', model: 'EC220E', name: 'Volvo EC220E' },
    ...{ confidence: 0.9, isConfident: true, typeSource: 'label' },
    ...{ brandConfidence: 0.9, typeConfidence: 0.9, modelConfidence: 0.9 },
  };
  const provider = { name: 'local-ocr', apiVersion: 'v1', featureset: [], maxResults: 10 };
  const recognition = {
    ...{ provider, aggregate, status: 'identified' as const },
    ...{ reasons: [], unsupportedFeatures: [], evidence: [] },
  };
  const outcome = {
    ...{ photo: 'a.jpg', correlationId: 'second', seconds: 0.4, recognition },
    ...{ success: true as const, failure: null },
  };
  expect(lineOf({ ...outcome, duplicateOf: null })).not.toContain('before');
  expect(lineOf({ ...outcome, duplicateOf: 'first' })).toBe(
    'a.jpg: Volvo Excavator EC220E (identified, 90 %, sure, 0.4 s), recognized before as first',
  );
});
