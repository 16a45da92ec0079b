import { ConfigError } from '../../../platform/config.ts';

/**
 * Anybody may be anybody here, so nobody from outside may get here.
 *
 * @throws {ConfigError} when the server would listen beyond this machine, or name itself by an address
 *   that is not where it listens.
 */
export function checkLoopback(host: string, port: number, issuer: string): void {
  const faults: string[] = [];
  if (!isLoopback(host))
    faults.push(`  HOST is '${host}'; the local identity listens on loopback only`);
  const { protocol, hostname, pathname, port: issuerPort } = new URL(issuer);
  if (protocol !== 'http:' || !isLoopback(hostname))
    faults.push(`  OIDC_ISSUER is '${issuer}'; the local identity is http on loopback`);
  if (Number(issuerPort || 80) !== port)
    faults.push(`  OIDC_ISSUER is '${issuer}', PORT is ${port}`);
  if (pathname !== '/' || issuer.endsWith('/'))
    faults.push(`  OIDC_ISSUER is '${issuer}'; write it without a path and a slash at its end`);
  if (faults.length > 0)
    throw new ConfigError(`the environment does not fit:\n${faults.join('\n')}`);
}

export const isLoopback = (host: string): boolean =>
  ['127.0.0.1', 'localhost', '::1', '[::1]'].includes(host);
