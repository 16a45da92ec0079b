import { jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import { Problem } from '../http/problem.ts';

export interface TrustedIssuer {
  readonly issuer: string;
  readonly audience: string;
  readonly keys: JWTVerifyGetKey;
}

/** What a token says that was made for us and counts now. */
export interface VerifiedToken {
  readonly claims: JWTPayload;
  readonly scopes: readonly string[];
}

const algorithms = 'RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 EdDSA'.split(' ');

/**
 * Takes the value of the Authorization header; the token itself is never kept or logged.
 *
 * @throws {Problem} 401 `UNAUTHENTICATED` no token, or an invalid one; 503 `ISSUER_UNREACHABLE` without a
 *   key to verify it.
 */
export async function verifyAccessToken(
  authorization: string | undefined,
  { issuer, audience, keys }: TrustedIssuer,
): Promise<VerifiedToken> {
  const [, token] = /^Bearer ([\w.~+/-]+=*)$/i.exec(authorization ?? '') ?? [];
  if (token === undefined) throw tokenMissing();
  try {
    const { payload: claims } = await jwtVerify(token, keys, {
      issuer,
      audience,
      algorithms,
      requiredClaims: ['exp', 'sub'],
      clockTolerance: 5,
    });
    return { claims, scopes: scopesOf(claims) };
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

export const tokenMissing = () =>
  unauthenticated('access token missing; send header `authorization: Bearer <token>`');

export const unauthenticated = (detail: string, cause?: unknown) =>
  new Problem(401, 'UNAUTHENTICATED', detail, { cause });

export const forbidden = (detail: string) =>
  new Problem(403, 'FORBIDDEN', `${detail}; request one with it`);
