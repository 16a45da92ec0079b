// An HTTP server that speaks the adapter's contract, and answers what a test wants.
import { Hono } from 'hono';
import type { RecognitionRequest, RecognitionResult } from '../../../contracts/recognition.ts';
import { listen } from '../../../platform/http/http-server.ts';

export const aRecognition: RecognitionResult = {
  provider: { name: 'test', apiVersion: 'v1', featureset: ['TEXT_DETECTION'], maxResults: 10 },
  aggregate: {
    brand: 'Caterpillar',
    type: 'excavator',
    model: '320D',
    name: 'Caterpillar 320D',
    confidence: 0.9,
    isConfident: true,
    brandConfidence: 0.95,
    typeConfidence: 0.9,
    modelConfidence: 0.9,
    typeSource: 'model',
  },
  status: 'identified',
  reasons: ['brand and model were read together'],
  unsupportedFeatures: [],
  evidence: [],
  duplicateOf: null,
};

export type AdapterAnswer = (
  request: RecognitionRequest,
  attempt: number,
) => Response | Promise<Response>;

export const recognized: AdapterAnswer = () => Response.json(aRecognition);
export const problem =
  (status: number, code: string, headers: Record<string, string> = {}): AdapterAnswer =>
  () =>
    Response.json({ code, detail: `the adapter says ${code}` }, { status, headers });

export async function startAdapterStub(answer: AdapterAnswer) {
  const requests: RecognitionRequest[] = [];
  const asked = (correlationId: string): readonly RecognitionRequest[] =>
    requests.filter((request) => request.correlationId === correlationId);
  const server = await listen(
    new Hono().post('/v1/recognitions', async (c) => {
      const request = await c.req.json<RecognitionRequest>();
      requests.push(request);
      return answer(request, asked(request.correlationId).length);
    }),
    { host: '127.0.0.1', port: 0 },
  );
  return {
    url: `http://127.0.0.1:${server.port}`,
    /** The requests about one photo so far. */
    asked,
    stop: () => server.stop(),
  };
}
