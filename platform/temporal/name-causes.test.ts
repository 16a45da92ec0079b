import { expect, test } from '@jest/globals';
import {
  ApplicationFailure,
  defaultFailureConverter,
  defaultPayloadConverter,
} from '@temporalio/common';
import type { ActivityExecuteInput } from '@temporalio/worker';
import { nameCauses } from './name-causes.ts';

/** The infos of a failure and its causes, as the server keeps them. */
async function infosOf(error: Error): Promise<string[]> {
  const { inbound } = nameCauses({} as never);
  const thrown: unknown = await inbound
    ?.execute?.({} as ActivityExecuteInput, () => Promise.reject(error))
    .catch((caught: unknown) => caught);
  const infos: string[] = [];
  const failure = defaultFailureConverter.errorToFailure(thrown, defaultPayloadConverter);
  for (let one: typeof failure | null | undefined = failure; one; one = one.cause)
    infos.push(one.applicationFailureInfo?.type ?? 'no type');
  return infos;
}

test('types each cause of an error that an activity throws', async () => {
  const refused = new TypeError('fetch failed', { cause: new RangeError('port') });
  const unavailable = ApplicationFailure.create({
    type: 'UNREACHABLE',
    message: 'the adapter does not answer',
    cause: new Error('no answer', { cause: refused }),
  });
  expect(await infosOf(unavailable)).toEqual(['UNREACHABLE', 'Error', 'TypeError', 'RangeError']);
});

test('types a cause that is no error', async () => {
  const odd = ApplicationFailure.create({ type: 'ODD', message: 'odd' });
  Object.defineProperty(odd, 'cause', { value: 'ECONNREFUSED' });
  expect((await infosOf(odd)).length).toBe(2);
});

test('leaves an error without a cause as it is', async () => {
  expect(await infosOf(ApplicationFailure.nonRetryable('no', 'FINAL'))).toEqual(['FINAL']);
});
