import { connect } from 'node:net';

/** Resolves when `url` answers 2xx within 2 s. */
export async function probeHttp(url: string): Promise<void> {
  const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
  const body = await response.text();
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${body.slice(0, 300)}`);
}

/** Resolves when a `/readyz` is 200 and also every shared server named in its body is within reach. */
export async function probeDependencies(url: string): Promise<void> {
  const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
  const { checks = {} } = (await response.json()) as { checks?: Record<string, string> };
  const missing = Object.entries(checks).filter(([, answer]) => answer !== 'ok');
  if (missing.length > 0)
    throw new Error(missing.map(([name, answer]) => `${name}: ${answer}`).join('; '));
  if (!response.ok) throw new Error(`${url} answered ${response.status} and names no failed check`);
}

/** Resolves when something takes connections on the port. */
export function probeTcp(port: number, host = '127.0.0.1'): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host, timeout: 2_000 });
    socket.once('connect', () => {
      socket.destroy();
      resolve();
    });
    socket.once('timeout', () => socket.destroy(new Error(`port ${port} does not answer`)));
    socket.once('error', reject);
  });
}
