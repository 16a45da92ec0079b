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

const ticketSchema = z.object({
  objectKey: objectKeySchema,
  /** Where the putUrl leads; absent in tickets of before uploads landed apart. */
  incomingKey: incomingKeySchema.optional(),
  contentType: z.enum(contentTypes),
  owner: ownerSchema,
  correlationId: correlationIdSchema,
  /** As declared at `startUpload`, with the checksum, or absent with it. */
  bytes: bytesSchema.optional(),
  checksum: checksumSchema.optional(),
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

/** Both read again while the process runs. `previous`: its tickets are read, none is issued with it. */
export interface TicketKeys {
  current(): { readonly key: string; readonly previous?: string | undefined };
  /** Asked for a ticket that neither key has signed: another replica may know the next key already. */
  refresh(): ReturnType<TicketKeys['current']>;
}

export function openTicketOffice(keys: TicketKeys): TicketOffice {
  const encode = (key: string) => new TextEncoder().encode(key);
  return {
    issue(ticket, now) {
      const issuedAt = Math.floor(now.getTime() / 1_000);
      return new SignJWT({ ...ticket })
        .setProtectedHeader({ alg: algorithm })
        .setAudience(audience)
        .setIssuedAt(issuedAt)
        .setExpirationTime(issuedAt + lifetimeSeconds)
        .sign(encode(keys.current().key));
    },
    async read(uploadId) {
      for (const look of [() => keys.current(), () => keys.refresh()]) {
        const { key, previous } = look();
        for (const each of previous === undefined ? [key] : [key, previous]) {
          const ticket = await readSignedWith(encode(each), uploadId);
          if (ticket !== undefined) return ticket;
        }
      }
      throw notATicket();
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
    return ticketSchema.parse(payload);
  } catch (error) {
    if (error instanceof errors.JWSSignatureVerificationFailed) return undefined;
    throw refusalOf(error);
  }
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
