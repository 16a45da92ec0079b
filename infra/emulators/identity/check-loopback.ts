import { ConfigError } from '../../../platform/config.ts';

/**
 * Any name logs in here without a password, so the server must be reached from this machine only.
 *
 * @throws {ConfigError} when it would listen beyond this machine, or OIDC_ISSUER is not its own address.
 */
export function checkLoopback(host: string, port: number, issuer: string): void {
  const faults: string[] = [];
  if (!isLoopback(host))
    faults.push(`  invalid HOST '${host}': the local identity listens on loopback only`);
  const { protocol, hostname, pathname, port: issuerPort } = new URL(issuer);
  if (protocol !== 'http:' || !isLoopback(hostname))
    faults.push(`  invalid OIDC_ISSUER '${issuer}': the local identity is http on loopback`);
  if (Number(issuerPort || 80) !== port)
    faults.push(`  invalid OIDC_ISSUER '${issuer}': PORT is ${port}`);
  if (pathname !== '/' || issuer.endsWith('/'))
    faults.push(`  invalid OIDC_ISSUER '${issuer}': expected no path, and no slash at its end`);
  if (faults.length > 0) throw new ConfigError(`the environment is invalid:\n${faults.join('\n')}`);
}

export const isLoopback = (host: string): boolean =>
  ['127.0.0.1', 'localhost', '::1', '[::1]'].includes(host);
