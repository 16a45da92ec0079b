import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import type { AnnotateBatch } from './serve-vision.ts';
import { VisionCallError, codes, type ImageResponse } from './vision-protocol.ts';

type Answer = Awaited<ReturnType<AnnotateBatch>>;

/** What a fault may do to the call it hits. */
interface Hit {
  readonly signal: AbortSignal;
  /** 0 to 1, from the seed. */
  readonly random: () => number;
  /** Cuts every call in hand, this one too. */
  readonly cutCalls: () => void;
}

/** One row of the table: how it is ordered, and what it does before or after the real work. */
export interface Fault<Schema extends z.ZodType = z.ZodType> {
  readonly schema: Schema;
  /** Throws, waits, or lets the call pass. */
  before?(order: z.infer<Schema>, hit: Hit): Promise<void> | void;
  after?(order: z.infer<Schema>, answer: Answer): Answer;
}
const fault = <Schema extends z.ZodType>(row: Fault<Schema>) => row;

const times = { count: z.int().positive().default(1) };
const milliseconds = z.number().nonnegative().max(600_000);
const names = Object.keys(codes).filter(
  (name): name is keyof typeof codes => name !== 'OK' && Number.isNaN(Number(name)),
);
/** A gRPC code by name or number. */
const code = z
  .preprocess((given) => (typeof given === 'number' ? codes[given] : given), z.enum(names))
  .transform((name) => codes[name]);

const realTexts: Readonly<Record<number, string>> = {
  [codes.UNAVAILABLE]: 'The service is currently unavailable.',
  [codes.RESOURCE_EXHAUSTED]:
    "Quota exceeded for quota metric 'Requests' and limit 'Requests per minute' of service 'vision.googleapis.com' for consumer 'project_number:0'.",
  [codes.PERMISSION_DENIED]: 'This API method requires billing to be enabled.',
  [codes.INTERNAL]: 'Internal error encountered.',
};
/** As gRPC itself says it of a message that is larger than a server takes. */
const overLimitText = 'Received message larger than max (22020097 vs. 22020096)';
const textOf = (status: number, message?: string) =>
  message ?? realTexts[status] ?? codes[status] ?? `code ${status}`;

/**
 * Every fault that can be ordered, by the key that names it in the order; they hit in this order.
 * Those with a `count` are over after so many calls, the others stay until they are cleared.
 */
export const faultTable = {
  latency: fault({
    schema: z.strictObject({ latency: milliseconds, jitter: milliseconds.default(0) }),
    before: ({ latency, jitter }, { signal, random }) => pause(latency + jitter * random(), signal),
  }),
  delayNext: fault({
    schema: z.strictObject({ delayNext: milliseconds, ...times }),
    before: ({ delayNext }, { signal }) => pause(delayNext, signal),
  }),
  hangNext: fault({
    schema: z.strictObject({ hangNext: z.literal(true), ...times }),
    before: (_, { signal }) => untilGone(signal),
  }),
  cutNext: fault({
    schema: z.strictObject({ cutNext: z.literal(true), ...times }),
    before: (_, { signal, cutCalls }) => {
      cutCalls();
      return untilGone(signal);
    },
  }),
  failNext: fault({
    schema: z.strictObject({ failNext: code, message: z.string().optional(), ...times }),
    before: ({ failNext, message }) => {
      throw new VisionCallError(failNext, textOf(failNext, message));
    },
  }),
  overLimitNext: fault({
    schema: z.strictObject({ overLimitNext: z.literal(true), ...times }),
    before: () => {
      throw new VisionCallError(codes.RESOURCE_EXHAUSTED, overLimitText);
    },
  }),
  failShare: fault({
    schema: z.strictObject({
      failShare: z.number().min(0).max(1),
      code: code.prefault('UNAVAILABLE'),
      message: z.string().optional(),
    }),
    before: (order, { random }) => {
      if (random() < order.failShare)
        throw new VisionCallError(order.code, textOf(order.code, order.message));
    },
  }),
  quotaPerMinute: fault({
    schema: z
      .strictObject({ quotaPerMinute: z.int().positive() })
      .transform((order) => ({ ...order, take: tokenBucket(order.quotaPerMinute) })),
    before: ({ take }) => {
      if (!take())
        throw new VisionCallError(codes.RESOURCE_EXHAUSTED, textOf(codes.RESOURCE_EXHAUSTED));
    },
  }),
  imageErrorNext: fault({
    schema: z.strictObject({ imageErrorNext: code, message: z.string().optional(), ...times }),
    after: ({ imageErrorNext, message }, { responses }) => ({
      responses: responses.map((): ImageResponse => ({
        error: { code: imageErrorNext, message: textOf(imageErrorNext, message) },
      })),
    }),
  }),
  emptyNext: fault({
    schema: z.strictObject({ emptyNext: z.literal(true), ...times }),
    after: (_, { responses }) => ({ responses: responses.map(() => ({})) }),
  }),
};

/** Ends early, with the signal's reason, when the call is cancelled. */
export async function pause(duration: number, signal: AbortSignal): Promise<void> {
  await wait(duration, undefined, { signal }).catch(() => {
    throw signal.reason as Error;
  });
}

const longestTimerMs = 2 ** 31 - 1;
const untilGone = (signal: AbortSignal) => pause(longestTimerMs, signal);

function tokenBucket(perMinute: number): () => boolean {
  let tokens = perMinute;
  let filled = performance.now();
  return () => {
    const now = performance.now();
    tokens = Math.min(perMinute, tokens + ((now - filled) / 60_000) * perMinute);
    filled = now;
    if (tokens < 1) return false;
    tokens -= 1;
    return true;
  };
}
