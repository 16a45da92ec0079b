// One adapter process to be measured, a place for its photos, and what the kernel says of its memory.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Hono } from 'hono';
import { listen } from '../../platform/http/http-server.ts';
import { askForRecognition, newObjectKey } from '../support/harness/adapter.ts';
import type { LoopReport } from './loop-probe.ts';
import { reportOf, startProbed } from './probed-process.ts';

const megabyte = 1024 * 1024;
const sampleEveryMs = 20;

export interface MeasuredAdapter {
  /** Asks for one recognition. @returns status or problem code, and how long it took. */
  recognize(photo: Buffer): Promise<{ outcome: string; ms: number }>;
  report(): Promise<LoopReport>;
  /** The highest resident memory so far in MB: the adapter itself, all decoders it had. */
  peaks(): { adapter: number; decoder: number };
  stop(): Promise<void>;
}

/** @param visionEndpoint host:port. */
export async function startMeasuredAdapter(visionEndpoint: string): Promise<MeasuredAdapter> {
  const photos = new Map<string, Buffer>();
  const app = new Hono();
  app.post('/internal/v0/media/get-url', async (c) => {
    const { objectKey } = await c.req.json<{ objectKey: string }>();
    return c.json({ url: `${base}/${objectKey}`, expiresAt: new Date().toISOString() });
  });
  app.get('/images/*', (c) => c.body(new Uint8Array(photos.get(c.req.path.slice(1)) ?? [])));
  const store = await listen(app, { host: '127.0.0.1', port: 0 });
  const base = `http://127.0.0.1:${store.port}`;

  const child = startProbed(new URL('./adapter-process.ts', import.meta.url), {
    args: [base, visionEndpoint],
  });
  const [url] = (await once(child, 'message')) as [string];
  const memory = watchMemory(child.pid ?? 0);

  return {
    report: () => reportOf(child),
    async recognize(photo) {
      const objectKey = newObjectKey();
      photos.set(objectKey, photo);
      const before = performance.now();
      const answer = await askForRecognition(url, { objectKey, bytes: photo });
      const body = (await answer.json()) as { status: string; code?: string };
      photos.delete(objectKey);
      return { outcome: body.code ?? body.status, ms: performance.now() - before };
    },
    peaks: () => memory.peaks(),
    async stop() {
      memory.stop();
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
      await store.stop();
    },
  };
}

/** VmHWM of a process and of every child it has or had: the kernel's own high-water mark of resident pages. */
function watchMemory(pid: number) {
  const decoders = new Map<number, number>();
  let adapter = 0;
  const look = () => {
    adapter = Math.max(adapter, peakOf(pid));
    for (const child of childrenOf(pid))
      decoders.set(child, Math.max(decoders.get(child) ?? 0, peakOf(child)));
  };
  const looking = setInterval(look, sampleEveryMs);
  return {
    peaks() {
      look();
      return { adapter, decoder: Math.max(0, ...decoders.values()) };
    },
    stop() {
      clearInterval(looking);
    },
  };
}

const readProc = (path: string): string => {
  try {
    return readFileSync(`/proc/${path}`, 'utf8');
  } catch {
    return ''; // gone in between
  }
};
const peakOf = (pid: number) =>
  (Number(/^VmHWM:\s+(\d+) kB/m.exec(readProc(`${pid}/status`))?.[1] ?? 0) * 1024) / megabyte;
const childrenOf = (pid: number) =>
  readProc(`${pid}/task/${pid}/children`).split(' ').filter(Boolean).map(Number);
