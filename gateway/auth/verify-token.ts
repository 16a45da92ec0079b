import { jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import { ownerOf } from '../../contracts/rest.ts';
import { Problem } from '../../platform/http/problem.ts';

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

interface TrustedIssuer {
  readonly issuer: string;
  readonly audience: string;
  /** Claims that together name the owner. */
  readonly ownerClaims: readonly string[];
  readonly keys: JWTVerifyGetKey;
}

const algorithms = 'RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 EdDSA'.split(' ');
const fullScope = 'analysis';
const readScope = 'analysis.read';

/**
 * Takes the value of the Authorization header; the token itself is never kept or logged.
 *
 * @throws {Problem} 401 `UNAUTHENTICATED` no token, or an invalid one; 403 `FORBIDDEN` with neither
 *   scope `analysis` nor `analysis.read`; 503 `ISSUER_UNREACHABLE` without a key to verify it.
 */
export function createTokenVerifier(trust: TrustedIssuer): VerifyToken {
  return async (authorization) => {
    const [, token] = /^Bearer ([\w.~+/-]+=*)$/i.exec(authorization ?? '') ?? [];
    if (token === undefined) throw tokenMissing();
    const claims = await verify(token, trust);
    const scopes = scopesOf(claims);
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

const forbidden = (detail: string) =>
  new Problem(403, 'FORBIDDEN', `${detail}; request one with it`);

async function verify(
  token: string,
  { issuer, audience, keys }: TrustedIssuer,
): Promise<JWTPayload> {
  try {
    const verified = await jwtVerify(token, keys, {
      issuer,
      audience,
      algorithms,
      requiredClaims: ['exp', 'sub'],
      clockTolerance: 5,
    });
    return verified.payload;
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw unauthenticated('access token invalid or expired; request a new one', error);
  }
}

/** `scope` (RFC 9068) and `scp` (Entra ID), as one string or as a list. */
function scopesOf(claims: JWTPayload): string[] {
  return [claims['scope'], claims['scp']].flatMap((scopes) =>
    typeof scopes === 'string'
      ? scopes.split(' ')
      : Array.isArray(scopes)
        ? scopes.filter((scope) => typeof scope === 'string')
        : [],
  );
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

export const tokenMissing = () =>
  unauthenticated('access token missing; send header `authorization: Bearer <token>`');

const unauthenticated = (detail: string, cause?: unknown) =>
  new Problem(401, 'UNAUTHENTICATED', detail, { cause });
