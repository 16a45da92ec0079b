import { Problem } from '../platform/http/problem.ts';
import type { OpenStream } from './graphql/open-streams.ts';
import type { Caller } from './auth/verify-token.ts';

/** What a resolver knows of its request. A type, because both libraries ask for an index signature. */
export type GatewayContext = {
  readonly caller: Caller | undefined;
  /** Present while a subscription is answered. */
  readonly stream: OpenStream | undefined;
};

/** @throws {Problem} 401: nobody gets here without a token but for `ping`. */
export function ownerOf(context: GatewayContext): string {
  if (context.caller !== undefined) return context.caller.owner;
  throw new Problem(401, 'UNAUTHENTICATED', 'an access token is missing');
}
