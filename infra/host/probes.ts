import { once } from 'node:events';
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
  if (!response.ok) throw new Error(`${url} answered ${response.status} without a failed check`);
}

/** Resolves when something takes connections on the port within 2 s. */
export async function probeTcp(port: number): Promise<void> {
  const socket = connect({ port, host: '127.0.0.1' });
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(2_000) });
  } finally {
    socket.destroy();
  }
}
