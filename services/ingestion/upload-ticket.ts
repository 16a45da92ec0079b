import { SignJWT, errors, jwtVerify } from 'jose';
import { z } from 'zod';
import {
  contentTypes,
  correlationIdSchema,
  objectKeySchema,
  ownerSchema,
} from '../../contracts/recognition.ts';
import { Problem } from '../../platform/problem.ts';

const ticketSchema = z.object({
  objectKey: objectKeySchema,
  contentType: z.enum(contentTypes),
  owner: ownerSchema,
  correlationId: correlationIdSchema,
});

/** All that ingestion knows of an upload. Signed, not secret: the client carries it as `uploadId`. */
export type UploadTicket = z.infer<typeof ticketSchema>;

export interface TicketOffice {
  /** A JWS (RFC 7515, HS256) that counts for 24 hours from `now`. */
  issue(ticket: UploadTicket, now: Date): Promise<string>;
  /** @throws {Problem} 410 `TICKET_EXPIRED`; 422 not a ticket that we signed. */
  read(uploadId: string): Promise<UploadTicket>;
}

const lifetimeSeconds = 24 * 60 * 60;
const algorithm = 'HS256';
const audience = 'urn:trackunit:upload'; // another use of the same key can never pass for a ticket

/** @param previousKey the key before a change: its tickets are read, none is issued with it. */
export function openTicketOffice(key: string, previousKey?: string): TicketOffice {
  const keys = [key, previousKey]
    .filter((each) => each !== undefined)
    .map((each) => new TextEncoder().encode(each));
  const [current] = keys as [Uint8Array];

  return {
    issue(ticket, now) {
      const issuedAt = Math.floor(now.getTime() / 1_000);
      return new SignJWT({ ...ticket })
        .setProtectedHeader({ alg: algorithm })
        .setAudience(audience)
        .setIssuedAt(issuedAt)
        .setExpirationTime(issuedAt + lifetimeSeconds)
        .sign(current);
    },
    async read(uploadId) {
      for (const each of keys) {
        try {
          const { payload } = await jwtVerify(uploadId, each, {
            algorithms: [algorithm],
            audience,
            requiredClaims: ['exp'],
          });
          return ticketSchema.parse(payload);
        } catch (error) {
          if (error instanceof errors.JWSSignatureVerificationFailed) continue; // the other key's?
          throw refusalOf(error);
        }
      }
      throw notATicket();
    },
  };
}

function refusalOf(error: unknown): unknown {
  if (error instanceof errors.JWTExpired)
    return new Problem(410, 'TICKET_EXPIRED', 'this uploadId has expired; start a new upload', {
      cause: error,
    });
  return error instanceof errors.JOSEError ? notATicket(error) : error;
}

const notATicket = (cause?: unknown) =>
  new Problem(422, 'INVALID', 'uploadId: not an uploadId of startUpload', {
    cause,
    errors: { uploadId: ['not an uploadId of startUpload'] },
  });
