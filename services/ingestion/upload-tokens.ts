import { SignJWT, errors, jwtVerify } from 'jose';
import { z } from 'zod';
import { incomingKeySchema } from '../../contracts/objects.ts';
import {
  bytesSchema,
  checksumSchema,
  contentTypes,
  correlationIdSchema,
  objectKeySchema,
  ownerSchema,
} from '../../contracts/recognition.ts';
import { Problem } from '../../platform/http/problem.ts';

const uploadTokenSchema = z.object({
  objectKey: objectKeySchema,
  /** Where the putUrl leads; absent in tokens older than `incoming/`. */
  incomingKey: incomingKeySchema.optional(),
  contentType: z.enum(contentTypes),
  owner: ownerSchema,
  correlationId: correlationIdSchema,
  /** As declared at `startUpload`, with the checksum, or absent with it. */
  bytes: bytesSchema.optional(),
  checksum: checksumSchema.optional(),
});

/** All that ingestion knows of an upload. Signed, not secret: the client carries it as `uploadId`. */
export type UploadToken = z.infer<typeof uploadTokenSchema>;

export interface UploadTokens {
  /** A JWS (RFC 7515, HS256) that counts for 24 hours from `now`. */
  sign(token: UploadToken, now: Date): Promise<string>;
  /** @throws {Problem} 410 `TICKET_EXPIRED`; 422 not signed by us. */
  verify(uploadId: string): Promise<UploadToken>;
}

const lifetimeSeconds = 24 * 60 * 60;
const algorithm = 'HS256';
const audience = 'urn:trackunit:upload'; // another use of the same key can never pass for a token

/** Both read again while the process runs. `previous`: its tokens are verified, none is signed with it. */
export interface UploadTokenKeys {
  current(): { readonly key: string; readonly previous?: string | undefined };
  /** Asked for a token that neither key has signed: another replica may know the next key already. */
  refresh(): ReturnType<UploadTokenKeys['current']>;
}

export function createUploadTokens(keys: UploadTokenKeys): UploadTokens {
  const encode = (key: string) => new TextEncoder().encode(key);
  return {
    sign(token, now) {
      const issuedAt = Math.floor(now.getTime() / 1_000);
      return new SignJWT({ ...token })
        .setProtectedHeader({ alg: algorithm })
        .setAudience(audience)
        .setIssuedAt(issuedAt)
        .setExpirationTime(issuedAt + lifetimeSeconds)
        .sign(encode(keys.current().key));
    },
    async verify(uploadId) {
      for (const look of [() => keys.current(), () => keys.refresh()]) {
        const { key, previous } = look();
        for (const each of previous === undefined ? [key] : [key, previous]) {
          const token = await readSignedWith(encode(each), uploadId);
          if (token !== undefined) return token;
        }
      }
      throw notAnUploadToken();
    },
  };
}

/** Undefined when another key has signed it. */
async function readSignedWith(key: Uint8Array, uploadId: string) {
  try {
    const { payload } = await jwtVerify(uploadId, key, {
      algorithms: [algorithm],
      audience,
      requiredClaims: ['exp'],
    });
    return uploadTokenSchema.parse(payload);
  } catch (error) {
    if (error instanceof errors.JWSSignatureVerificationFailed) return undefined;
    throw refusalOf(error);
  }
}

function refusalOf(error: unknown): unknown {
  if (error instanceof errors.JWTExpired)
    return new Problem(410, 'TICKET_EXPIRED', 'expired uploadId (24 hours): start a new upload', {
      cause: error,
    });
  return error instanceof errors.JOSEError ? notAnUploadToken(error) : error;
}

const notAnUploadToken = (cause?: unknown) =>
  new Problem(422, 'INVALID', 'invalid uploadId: send the one that startUpload answered', {
    cause,
    errors: { uploadId: ['invalid: send the one that startUpload answered'] },
  });
