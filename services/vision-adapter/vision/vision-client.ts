// The one client for Google and for a local server that speaks the same protocol.
import vision, { type protos } from '@google-cloud/vision';
import gax from 'google-gax';

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
export const googleProvider = 'google-cloud-vision';

/**
 * Nobody shall mistake one provider for the other.
 *
 * @throws when the name in the events would not be that of who looks.
 */
export function checkProvider(name: string, endpoint: string | undefined): void {
  if (endpoint !== undefined && name === googleProvider)
    throw new Error(
      `VISION_ENDPOINT ${endpoint} is not Google, so VISION_PROVIDER must not say ${name}: set the ` +
        'name of what answers there (local-ocr for local-vision)',
    );
  if (endpoint === undefined && name !== googleProvider)
    throw new Error(
      `VISION_PROVIDER says ${name}, but without VISION_ENDPOINT it is Google who is asked: set one or drop the other`,
    );
}

const loopback = /^(127(\.\d{1,3}){3}|localhost|\[?::1\]?)$/;

/**
 * @param endpoint host:port of a server without TLS and credentials; absent: Google, with
 *   application default credentials, which are looked for at once.
 * @throws when the endpoint is not loopback and `plaintext` does not allow that, or without
 *   credentials: a process that can never recognise anything shall not start.
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
      `VISION_ENDPOINT ${host} is not loopback and would be spoken to in plaintext; ` +
        'set VISION_PLAINTEXT=true where a network of its own protects it',
    );
  return {
    apiEndpoint: host,
    port: Number(endpoint.slice(separator + 1)),
    sslCreds: gax.grpc.credentials.createInsecure(),
    // Without it the library looks for Google's metadata server before the first call.
    authClient: new gax.googleAuthLibrary.PassThroughClient() as never,
  };
}
