import {
  confirmUploadAnswerSchema,
  ownerHeader,
  startUploadAnswerSchema,
  type ConfirmUploadRequest,
  type RenewUploadRequest,
} from '../contracts/rest.ts';
import type {
  ConfirmUploadPayload,
  MutationStartUploadArgs,
  StartUploadPayload,
} from '../contracts/schema.generated.ts';
import type { RestClient } from '../platform/http/rest-client.ts';

const startTimeoutMs = 5_000;
const confirmTimeoutMs = 20_000; // looks at the photo, copies it, then waits up to 5 s for Kafka

/**
 * Steps 1 and 2. The owner comes from the token, never from the client.
 *
 * @throws {Problem} as tu-ingestion-service answers it, or 503 `UNREACHABLE`.
 */
export const startUpload = (
  ingestion: RestClient,
  owner: string,
  photo: MutationStartUploadArgs,
): Promise<StartUploadPayload> => requestPutUrl(ingestion, owner, '/v1/uploads/start', photo);

/** A new putUrl for the same upload. Errors as in {@link startUpload}. */
export const renewUpload = (
  ingestion: RestClient,
  owner: string,
  upload: RenewUploadRequest,
): Promise<StartUploadPayload> => requestPutUrl(ingestion, owner, '/v1/uploads/renew', upload);

async function requestPutUrl(
  ingestion: RestClient,
  owner: string,
  path: string,
  body: MutationStartUploadArgs | RenewUploadRequest,
): Promise<StartUploadPayload> {
  const { correlationId, key, ...upload } = await ingestion.call({
    method: 'POST',
    path,
    body,
    headers: { [ownerHeader]: owner },
    answer: startUploadAnswerSchema,
    timeoutMs: startTimeoutMs,
  });
  return { correlationId, imageUploadPayload: { ...upload, key, objectKey: key } };
}

/** Step 4. Repeating is harmless. Errors as in {@link startUpload}. */
export async function confirmUpload(
  ingestion: RestClient,
  owner: string,
  claim: ConfirmUploadRequest,
): Promise<ConfirmUploadPayload> {
  return ingestion.call({
    method: 'POST',
    path: '/v1/uploads/confirm',
    body: claim,
    headers: { [ownerHeader]: owner },
    answer: confirmUploadAnswerSchema,
    timeoutMs: confirmTimeoutMs,
  });
}
