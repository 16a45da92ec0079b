import { createLocalJWKSet, createRemoteJWKSet, type JWTVerifyGetKey } from 'jose';
import { z } from 'zod';
import { Problem } from '../http/problem.ts';

const discoverySchema = z.object({ issuer: z.string(), jwks_uri: z.url() });

type RemoteKeys = ReturnType<typeof createRemoteJWKSet>;

/** Errors of the token, not of the connection to its issuer. */
const tokenFaults = new Set([
  'ERR_JWKS_NO_MATCHING_KEY',
  'ERR_JWKS_MULTIPLE_MATCHING_KEYS',
  'ERR_JOSE_NOT_SUPPORTED',
]);

const codeOf = (error: unknown) =>
  error instanceof Error && 'code' in error ? String(error.code) : '';

/**
 * The issuer's public keys, found by OpenID Connect Discovery 1.0 and fetched when first needed.
 * Unknown key ids fetch at most once in 30 s. While the issuer is unreachable the keys fetched last
 * stay valid, and it is tried again every `pauseMs` at most.
 *
 * @throws {Problem} 503 `ISSUER_UNREACHABLE`: the key is unknown and the issuer does not answer.
 */
export function issuerKeys(
  issuer: string,
  limits: { timeoutMs: number; pauseMs: number } = { timeoutMs: 2_000, pauseMs: 5_000 },
): JWTVerifyGetKey {
  let remote: RemoteKeys | undefined;
  let discovery: Promise<RemoteKeys> | undefined;
  let failure: { at: number; cause: unknown } | undefined;

  const discover = async () => {
    discovery ??= discoverKeys(issuer, limits.timeoutMs).finally(() => {
      discovery = undefined;
    });
    return discovery;
  };

  const fromKnown: JWTVerifyGetKey = async (header, token) => {
    const known = remote?.jwks();
    try {
      if (known !== undefined) return await createLocalJWKSet(known)(header, token);
    } catch (error) {
      if (codeOf(error) !== 'ERR_JWKS_NO_MATCHING_KEY') throw error; // the issuer may have a new key
    }
    throw new Problem(503, 'ISSUER_UNREACHABLE', 'issuer of access tokens unreachable; try again', {
      retryAfter: Math.ceil(limits.pauseMs / 1_000),
      cause: failure?.cause,
    });
  };

  return async (header, token) => {
    if (failure !== undefined && Date.now() - failure.at < limits.pauseMs)
      return fromKnown(header, token);
    try {
      remote ??= await discover();
      const key = await remote(header, token);
      failure = undefined;
      return key;
    } catch (error) {
      if (tokenFaults.has(codeOf(error))) throw error;
      failure = { at: Date.now(), cause: error };
      return fromKnown(header, token);
    }
  };
}

async function discoverKeys(issuer: string, timeoutMs: number): Promise<RemoteKeys> {
  const response = await fetch(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, {
    signal: AbortSignal.timeout(timeoutMs),
  });
  if (!response.ok)
    throw new Error(`OpenID discovery failed: ${issuer} answered ${response.status}`);
  const document = discoverySchema.parse(await response.json());
  if (document.issuer !== issuer)
    throw new Error(
      `OpenID discovery failed: ${issuer} names issuer ${document.issuer}; set OIDC_ISSUER to it`,
    );
  return createRemoteJWKSet(new URL(document.jwks_uri), { timeoutDuration: timeoutMs });
}
