// The one client for Google and for a local server that speaks the same protocol.
import vision, { type protos } from '@google-cloud/vision';
import gax from 'google-gax';
import { Counter, type Registry } from 'prom-client';
import { statuses } from '../failures/vision-status.ts';

export type AnnotateImageResponse = protos.google.cloud.vision.v1.IAnnotateImageResponse;
type BatchRequest = protos.google.cloud.vision.v1.IBatchAnnotateImagesRequest;
type BatchAnswer = protos.google.cloud.vision.v1.IBatchAnnotateImagesResponse;

/** The part of `ImageAnnotatorClient` that is used. Errors are gRPC's, with their `code`. */
export interface VisionClient {
  batchAnnotateImages(
    request: BatchRequest,
    options: { retry: null; timeout: number },
  ): Promise<[BatchAnswer, ...unknown[]]>;
  close(): Promise<void>;
}

/** The API that {@link connectVision} speaks, as the events name it. */
export const apiVersion = 'v1';

/** The name under which events speak of Google's own service. */
const googleProvider = 'google-cloud-vision';

/** @throws {Error} the events would name another provider than the one that answers. */
export function assertProvider(name: string, endpoint: string | undefined): void {
  if (endpoint !== undefined && name === googleProvider)
    throw new Error(
      `invalid VISION_PROVIDER ${name}: VISION_ENDPOINT ${endpoint} is not Google; set the name of the ` +
        'service at that endpoint (local-ocr for local-vision)',
    );
  if (endpoint === undefined && name !== googleProvider)
    throw new Error(
      `invalid VISION_PROVIDER ${name}: without VISION_ENDPOINT the provider is ${googleProvider}; ` +
        'set VISION_ENDPOINT or remove VISION_PROVIDER',
    );
}

const loopback = /^(127(\.\d{1,3}){3}|localhost|\[?::1\]?)$/;

/**
 * @param endpoint host:port of a server without TLS and credentials; absent: Google, with
 *   application default credentials, which are looked for at once.
 * @throws when the endpoint is not loopback and `plaintext` does not allow that, or without
 *   credentials: an adapter that could recognise nothing must not start.
 */
export async function connectVision(settings: {
  endpoint?: string | undefined;
  plaintext: boolean;
}): Promise<VisionClient> {
  const client = new vision[apiVersion].ImageAnnotatorClient(
    settings.endpoint === undefined ? {} : localOptions(settings.endpoint, settings.plaintext),
  );
  await client.initialize();
  return client;
}

function localOptions(endpoint: string, plaintext: boolean) {
  const separator = endpoint.lastIndexOf(':');
  const host = endpoint.slice(0, separator);
  if (!loopback.test(host) && !plaintext)
    throw new Error(
      `invalid VISION_ENDPOINT ${host}: plaintext is allowed to loopback only; ` +
        'set VISION_PLAINTEXT=true in a protected network',
    );
  return {
    apiEndpoint: host,
    port: Number(endpoint.slice(separator + 1)),
    sslCreds: gax.grpc.credentials.createInsecure(),
    // Without it the library looks for Google's metadata server before the first call.
    authClient: new gax.googleAuthLibrary.PassThroughClient() as never,
  };
}

/** The same client, its calls counted by the status they ended with: each may be charged. */
export function countCalls(vision: VisionClient, registry: Registry): VisionClient {
  const calls = new Counter({
    name: 'vision_calls_total',
    help: 'Calls to the Vision service by gRPC status.',
    labelNames: ['status'],
    registers: [registry],
  });
  return {
    async batchAnnotateImages(request, options) {
      try {
        const answer = await vision.batchAnnotateImages(request, options);
        calls.inc({ status: 'OK' });
        return answer;
      } catch (error) {
        const { code } = error as { code?: unknown };
        calls.inc({ status: statuses[Number(code)]?.name ?? 'none' });
        throw error;
      }
    },
    close: () => vision.close(),
  };
}
