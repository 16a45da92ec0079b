import { Counter } from 'prom-client';
import { statuses } from '../failures/vision-status.ts';
import type { VisionClient } from './vision-client.ts';

/** The same client, its calls counted by the status they ended with: each may be charged. */
export function countCalls(vision: VisionClient): { vision: VisionClient; calls: Counter } {
  const calls = new Counter({
    name: 'vision_calls_total',
    help: 'Calls to the Vision service by gRPC status.',
    labelNames: ['status'],
    registers: [],
  });
  const count = (status: string) => {
    calls.inc({ status });
  };
  return {
    calls,
    vision: {
      async batchAnnotateImages(request, options) {
        try {
          const answer = await vision.batchAnnotateImages(request, options);
          count('OK');
          return answer;
        } catch (error) {
          count(statuses[Number((error as { code?: unknown }).code)]?.name ?? 'none');
          throw error;
        }
      },
      close: () => vision.close(),
    },
  };
}
