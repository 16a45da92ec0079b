// For tests: Google's own protocol on a real gRPC server; what it answers is up to the test.
import { protos } from '@google-cloud/vision';
import gax from 'google-gax';
import {
  connectVision,
  type VisionClient,
} from '../../../services/vision-adapter/vision/vision-client.ts';

const { BatchAnnotateImagesRequest, BatchAnnotateImagesResponse } = protos.google.cloud.vision.v1;
type Request = protos.google.cloud.vision.v1.BatchAnnotateImagesRequest;
type Response = protos.google.cloud.vision.v1.IBatchAnnotateImagesResponse;
type Metadata = InstanceType<typeof gax.grpc.Metadata>;

export interface GrpcFailure {
  readonly code: number;
  readonly details: string;
  readonly metadata?: Metadata;
}

/** `undefined` answers never: only the caller's deadline ends the call. */
export type Answer = Response | { readonly fails: GrpcFailure } | undefined;

export interface VisionServer {
  readonly endpoint: string;
  readonly requests: Request[];
  client(): Promise<VisionClient>;
  stop(): Promise<void>;
}

const path = '/google.cloud.vision.v1.ImageAnnotator/BatchAnnotateImages';

export async function startVisionServer(
  answer: (request: Request) => Answer | Promise<Answer>,
): Promise<VisionServer> {
  const requests: Request[] = [];
  const clients: VisionClient[] = [];
  const server = new gax.grpc.Server({ 'grpc.max_receive_message_length': 1024 * 1024 });
  server.addService(
    {
      batchAnnotateImages: {
        path,
        requestStream: false,
        responseStream: false,
        requestSerialize: (request: Request) =>
          Buffer.from(BatchAnnotateImagesRequest.encode(request).finish()),
        requestDeserialize: (bytes: Buffer) => BatchAnnotateImagesRequest.decode(bytes),
        responseSerialize: (response: Response) =>
          Buffer.from(BatchAnnotateImagesResponse.encode(response).finish()),
        responseDeserialize: (bytes: Buffer) => BatchAnnotateImagesResponse.decode(bytes),
      },
    },
    {
      batchAnnotateImages(
        call: { request: Request },
        callback: (error: GrpcFailure | null, response?: Response) => void,
      ) {
        requests.push(call.request);
        void Promise.resolve(answer(call.request)).then((given) => {
          if (given === undefined) return;
          if ('fails' in given) callback(given.fails);
          else callback(null, given);
        });
      },
    },
  );
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', gax.grpc.ServerCredentials.createInsecure(), (error, bound) => {
      if (error) reject(error);
      else resolve(bound);
    });
  });
  const endpoint = `127.0.0.1:${port}`;
  return {
    endpoint,
    requests,
    async client() {
      const client = await connectVision({ endpoint, plaintext: false });
      clients.push(client);
      return client;
    },
    async stop() {
      await Promise.all(clients.map((client) => client.close()));
      server.forceShutdown();
    },
  };
}
