// The SDK's client of a test gateway: a minimal photo, and pauses of milliseconds.
import {
  createTrackunitClient,
  type TrackunitClient,
  type TrackunitClientOptions,
} from '../../../client/sdk/index.ts';
import type { TestGateway } from './test-gateway.ts';

/** Begins like a JPEG, which is all that the SDK and the test gateway look at. */
export const jpeg = () =>
  new Uint8Array([0xff, 0xd8, 0xff, 0xe0, ...Array<number>(200_000).fill(7)]);

/** With a token that the test gateway accepts, unless another source is given. */
export const testClient = (
  { url }: Pick<TestGateway, 'url'>,
  options: Partial<Pick<TrackunitClientOptions, 'token' | 'onRetry' | 'retryForMs'>> = {},
): TrackunitClient =>
  createTrackunitClient({
    url,
    token: () => Promise.resolve('good'),
    backoff: { firstMs: 5, maximumMs: 20 },
    retryForMs: 3_000,
    ...options,
  });
