import { grpc } from 'google-gax';
import { Histogram, type Registry } from 'prom-client';
import type { Logger } from '../../../platform/logger.ts';
import {
  VisionCallError,
  codes,
  imageAnnotatorService,
  type BatchRequest,
  type ImageResponse,
} from './vision-protocol.ts';

/**
 * Answers one call. `signal` aborts when the call is cancelled by its client, or past its deadline.
 *
 * @throws {VisionCallError} when the call fails as a whole.
 */
export type AnnotateBatch = (request: BatchRequest, signal: AbortSignal) => Promise<Answer>;

interface Answer {
  responses: ImageResponse[];
}

export interface VisionServer {
  readonly port: number;
  /** Cuts the calls in hand: their callers see CANCELLED. New ones are taken. */
  cutCalls(): void;
  /** Takes no new call, lets those in hand finish. */
  stop(): Promise<void>;
}

/**
 * The largest request taken, in bytes: Vision's limit for one image file (20 MB) and room for the
 * rest. Beyond it the answer is RESOURCE_EXHAUSTED, the same code as for the quota.
 */
const maximumRequestBytes = 21 * 1024 * 1024;

/** Serves `ImageAnnotator` in plaintext gRPC; port 0 takes a free one. */
export async function serveVision(deps: {
  annotate: AnnotateBatch;
  logger: Logger;
  registry: Registry;
  host: string;
  port: number;
}): Promise<VisionServer> {
  const duration = new Histogram({
    name: 'vision_call_duration_seconds',
    help: 'From request to answer inside this server, by gRPC code.',
    labelNames: ['code'],
    buckets: [0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [deps.registry],
  });
  const server = new grpc.Server({ 'grpc.max_receive_message_length': maximumRequestBytes });
  server.addService(imageAnnotatorService, {
    batchAnnotateImages: (call: Call, answer: grpc.sendUnaryData<Answer>) => {
      const done = duration.startTimer();
      annotateUnlessCancelled(deps.annotate, call).then(
        (responses) => {
          done({ code: codes[codes.OK] });
          answer(null, responses);
        },
        (error: unknown) => {
          const { code, message } = toCallError(error, deps.logger);
          done({ code: codes[code] });
          answer({ code, details: message });
        },
      );
    },
  });
  const address = `${deps.host}:${deps.port}`;
  const port = await bind(server, address);
  return {
    port,
    cutCalls: () => {
      server.drain(`${deps.host}:${port}`, 0);
    },
    stop: () =>
      new Promise((resolve, reject) => {
        server.tryShutdown((error) => {
          if (error === undefined) resolve();
          else reject(error);
        });
      }),
  };
}

type Call = grpc.ServerUnaryCall<BatchRequest, Answer>;

async function annotateUnlessCancelled(annotate: AnnotateBatch, call: Call): Promise<Answer> {
  const cancelled = new AbortController();
  const cancel = () => {
    const reason = 'call cancelled by its client, or past its deadline';
    cancelled.abort(new VisionCallError(codes.CANCELLED, reason));
  };
  // The event is not repeated for a call that was cancelled before its message was read.
  if (call.cancelled || isOver(call.getDeadline())) cancel();
  else call.on('cancelled', cancel);
  cancelled.signal.throwIfAborted();
  return annotate(call.request, cancelled.signal);
}

const isOver = (deadline: grpc.Deadline) => Number(deadline) <= Date.now(); // none is Infinity

function toCallError(error: unknown, logger: Logger): VisionCallError {
  if (error instanceof VisionCallError) return error;
  logger.error({ err: error }, 'call failed: internal error');
  return new VisionCallError(codes.INTERNAL, 'Internal server error.');
}

function bind(server: grpc.Server, address: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync(address, grpc.ServerCredentials.createInsecure(), (error, port) => {
      if (error === null) resolve(port);
      else reject(error);
    });
  });
}
