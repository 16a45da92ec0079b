// Google Cloud Vision v1 as spoken on the wire: message types and the one method served here.
// The codecs are those that @google-cloud/vision itself ships, so both sides read one definition.
import protos from '@google-cloud/vision/build/protos/protos.js';
import { grpc } from 'google-gax';

type V1 = typeof protos.google.cloud.vision.v1;
export const vision: V1 = protos.google.cloud.vision.v1;

export type BatchRequest = protos.google.cloud.vision.v1.IBatchAnnotateImagesRequest;
export type ImageRequest = protos.google.cloud.vision.v1.IAnnotateImageRequest;
export type ImageResponse = protos.google.cloud.vision.v1.IAnnotateImageResponse;
export type Poly = protos.google.cloud.vision.v1.IBoundingPoly;
export type Word = protos.google.cloud.vision.v1.IWord;
export type Block = protos.google.cloud.vision.v1.IBlock;
export type Break = protos.google.cloud.vision.v1.TextAnnotation.DetectedBreak.BreakType;

/** The call fails as a whole, with a gRPC status code. */
export class VisionCallError extends Error {
  override readonly name = 'VisionCallError';
  readonly code: grpc.status;

  constructor(code: grpc.status, message: string) {
    super(message);
    this.code = code;
  }
}

export const codes = grpc.status;

/** `google.cloud.vision.v1.ImageAnnotator`, of which only BatchAnnotateImages is served. */
export const imageAnnotatorService = {
  batchAnnotateImages: {
    path: '/google.cloud.vision.v1.ImageAnnotator/BatchAnnotateImages',
    requestStream: false,
    responseStream: false,
    requestSerialize: (request: BatchRequest) =>
      Buffer.from(vision.BatchAnnotateImagesRequest.encode(request).finish()),
    requestDeserialize: (bytes: Buffer): BatchRequest =>
      vision.BatchAnnotateImagesRequest.decode(bytes),
    responseSerialize: (response: { responses: ImageResponse[] }) =>
      Buffer.from(vision.BatchAnnotateImagesResponse.encode(response).finish()),
    responseDeserialize: (bytes: Buffer) => vision.BatchAnnotateImagesResponse.decode(bytes),
  },
} as const;
