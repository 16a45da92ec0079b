import { tokenMissing } from '../../platform/auth/verify-access-token.ts';
import type { Caller } from '../auth/verify-token.ts';
import type { OpenStream } from './open-streams.ts';
import type { PhotoLoader } from '../photos/read-photos.ts';
import type { QueueLoader } from '../queue/read-queue.ts';

/** What resolvers know of the request. A type, because both libraries require an index signature. */
export type GatewayContext = {
  readonly caller: Caller | undefined;
  /** Undefined unless a subscription is answered. */
  readonly stream: OpenStream | undefined;
  /** Undefined for a subscription, of which there are thousands, and none shows a photo. */
  readonly photos: PhotoLoader | undefined;
  /** As `photos`; undefined too where nobody is signed in. */
  readonly queue: QueueLoader | undefined;
};

/** @throws {Problem} 401 without a token, which only `ping` needs none of. */
export function ownerOf(context: GatewayContext): string {
  if (context.caller === undefined) throw tokenMissing();
  return context.caller.owner;
}
