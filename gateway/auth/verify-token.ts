import type { JWTPayload } from 'jose';
import { ownerOf } from '../../contracts/rest.ts';
import {
  forbidden,
  unauthenticated,
  verifyAccessToken,
  type TrustedIssuer,
} from '../../platform/auth/verify-access-token.ts';

/** The caller, known by a one-way hash only: no name, no address. */
export interface Caller {
  /** 32 hex digits. */
  readonly owner: string;
  /** When the token, and with it every open stream, ends; milliseconds since 1970. */
  readonly expiresAt: number;
  /** A token with scope `analysis.read` alone: no mutation. */
  readonly readOnly: boolean;
}

export type VerifyToken = (authorization: string | undefined) => Promise<Caller>;

interface OwnersIssuer extends TrustedIssuer {
  /** Claims that together name the owner. */
  readonly ownerClaims: readonly string[];
}

const fullScope = 'analysis';
const readScope = 'analysis.read';

/**
 * Takes the value of the Authorization header; the token itself is never kept or logged.
 *
 * @throws {Problem} 401 `UNAUTHENTICATED` no token, or an invalid one; 403 `FORBIDDEN` with neither
 *   scope `analysis` nor `analysis.read`; 503 `ISSUER_UNREACHABLE` without a key to verify it.
 */
export function createTokenVerifier(trust: OwnersIssuer): VerifyToken {
  return async (authorization) => {
    const { claims, scopes } = await verifyAccessToken(authorization, trust);
    const readOnly = !scopes.includes(fullScope);
    if (readOnly && !scopes.includes(readScope))
      throw forbidden(`access token without scope ${fullScope}, or ${readScope} to read alone`);
    return {
      owner: ownerFrom(claims, trust.ownerClaims),
      expiresAt: (claims.exp ?? 0) * 1_000,
      readOnly,
    };
  };
}

/** @throws {Problem} 403 `FORBIDDEN` for a token that may only read. */
export function assertMayMutate({ readOnly }: Caller): void {
  if (readOnly)
    throw forbidden(`mutation: access token without scope ${fullScope}, only with ${readScope}`);
}

/** The one-way hash that stands for a person in events, logs and Temporal. */
export function ownerFrom(claims: JWTPayload, names: readonly string[]): string {
  const values = names.map((name) => {
    const value = claims[name];
    if (typeof value === 'string' && value !== '') return value;
    throw unauthenticated(
      `access token without claim ${name}, which names its owner; ask the issuer for it`,
    );
  });
  return ownerOf(values);
}
