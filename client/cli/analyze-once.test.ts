import { describe, expect, test } from '@jest/globals';
import { createAnalyzeOnce } from './analyze-once.ts';
import type { Outcome } from './outcome.ts';

const bytes = new Uint8Array([1, 2, 3]);
const outcomeOf = (photo: string, code?: string) => {
  const failure = code === undefined ? null : { code, message: 'failed', remedy: 'none' };
  const success = failure === null;
  return { photo, correlationId: null, seconds: 1, success, recognition: null, failure } as Outcome;
};

/** Analyses copies at the same time, the first ones ending with these codes. */
async function analyzeCopies(copies: number, codes: string[]) {
  const analyzeOnce = createAnalyzeOnce();
  const sent: string[] = [];
  const names = Array.from({ length: copies }, (_, n) => `${n}.jpg`);
  const outcomes = await Promise.all(
    names.map((name) =>
      analyzeOnce(bytes, name, async () => {
        sent.push(name);
        await new Promise((resolve) => setImmediate(resolve));
        return outcomeOf(name, codes.shift());
      }),
    ),
  );
  return { sent, ended: outcomes.map(({ failure }) => failure?.code ?? 'analyzed'), outcomes };
}

describe('copies of a photo at the same time', () => {
  test('sends one of them, and gives each the result', async () => {
    const { sent, outcomes } = await analyzeCopies(4, []);
    expect(sent).toEqual(['0.jpg']);
    expect(outcomes[3]).toMatchObject({ photo: '3.jpg', sameAs: '0.jpg' });
  });

  test('sends one more after a failure, not all the others', async () => {
    const { sent, ended } = await analyzeCopies(4, ['TIMED_OUT']);
    expect(sent).toHaveLength(2);
    expect(ended).toEqual(['TIMED_OUT', 'analyzed', 'analyzed', 'analyzed']);
  });

  test('sends none again where the photo itself is at fault', async () => {
    const { sent, ended } = await analyzeCopies(4, ['IMAGE_UNREADABLE']);
    expect(sent).toEqual(['0.jpg']);
    expect(new Set(ended)).toEqual(new Set(['IMAGE_UNREADABLE']));
  });
});
