// One adapter process to be measured, a place for its photos, and what the kernel says of its memory.
import { once } from 'node:events';
import { Hono } from 'hono';
import { listen } from '../../../platform/http/http-server.ts';
import { askForRecognition, newObjectKey } from '../../support/harness/adapter.ts';
import { childrenOf, memoryOf } from '../../support/measure/processes.ts';
import type { LoopReport } from './loop-probe.ts';
import { reportOf, startProbed } from './probed-process.ts';

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
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
      await store.stop();
    },
  };
}

/** The highest resident memory of a process, and of any child that it has or had. */
function watchMemory(pid: number) {
  let [adapter, decoder] = [0, 0];
  const look = () => {
    adapter = Math.max(adapter, memoryOf(pid).peakMegabytes);
    for (const child of childrenOf(pid)) decoder = Math.max(decoder, memoryOf(child).peakMegabytes);
  };
  const looking = setInterval(look, sampleEveryMs);
  return {
    peaks() {
      look();
      return { adapter, decoder };
    },
    stop: () => clearInterval(looking),
  };
}
