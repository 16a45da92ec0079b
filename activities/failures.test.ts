import { describe, expect, test } from '@jest/globals';
import { failureCodes, passingProblemCodes } from '../contracts/recognition.ts';
import { Problem } from '../platform/http/problem.ts';
import { failureOf } from './failures.ts';

const workflowsOwn = ['TIMED_OUT', 'CANCELLED', 'TERMINATED'];

describe('what the adapter answers', () => {
  test.each(failureCodes.filter((code) => !workflowsOwn.includes(code)))(
    '%s is final and reaches the client with its code and sentence',
    (code) => {
      const failure = failureOf(new Problem(422, code, 'why'));
      expect(failure).toMatchObject({ type: code, message: 'why', nonRetryable: true });
    },
  );

  test.each(passingProblemCodes)('%s passes: try again', (code) => {
    expect(failureOf(new Problem(503, code, 'why'))).toMatchObject({ nonRetryable: false });
  });

  test.each([
    [401, 'UNAUTHORIZED'],
    [422, 'INVALID'],
    [500, 'INTERNAL'],
    [502, 'BAD_ANSWER'],
    [503, 'UNREACHABLE'],
    [500, 'toString'],
  ])('%i %s is in no table: try again, it must not fail an accepted photo', (status, code) => {
    const failure = failureOf(new Problem(status, code, 'why', { retryAfter: 1 }));
    expect(failure).toMatchObject({ nonRetryable: false, nextRetryDelay: undefined });
  });

  test('an exhausted quota is asked again when the answer says, not sooner', () => {
    const problem = new Problem(429, 'VISION_QUOTA_EXHAUSTED', 'why', { retryAfter: 17 });
    expect(failureOf(problem).nextRetryDelay).toBe('17 s');
    expect(failureOf(new Problem(429, 'VISION_QUOTA_EXHAUSTED', 'why')).nextRetryDelay).toBe(
      undefined,
    );
  });
});
