import vision from '@google-cloud/vision';
import gax from 'google-gax';
import type {
  ImageRequest,
  ImageResponse,
} from '../../../infra/emulators/vision/vision-protocol.ts';

/** Google's own client, pointed at a server on this machine, without retries of its own. */
export function connectTestClient(port: number) {
  const client = new vision.ImageAnnotatorClient({
    apiEndpoint: '127.0.0.1',
    port,
    sslCreds: gax.grpc.credentials.createInsecure(),
    authClient: new gax.googleAuthLibrary.PassThroughClient(),
  });
  return {
    async annotate(requests: ImageRequest[], timeout = 60_000): Promise<ImageResponse[]> {
      const [answer] = await client.batchAnnotateImages(
        { requests },
        { retry: null as never, timeout }, // null switches retries off; the type does not say so
      );
      return answer.responses ?? [];
    },
    /** A call that the caller can give up. */
    async start(
      requests: ImageRequest[],
    ): Promise<{ answer: Promise<unknown> & { cancel(): void } }> {
      await client.initialize();
      const calls = client.innerApiCalls as Record<string, (...call: unknown[]) => unknown>;
      const answer = calls['batchAnnotateImages']?.({ requests }, { retry: null });
      return { answer: answer as Promise<unknown> & { cancel(): void } };
    },
    close: () => client.close(),
  };
}

export const textOf = (response: ImageResponse | undefined) =>
  response?.fullTextAnnotation?.text ?? '';
