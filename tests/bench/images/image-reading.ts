import { once } from 'node:events';
import { loadavg } from 'node:os';
import { createInterface } from 'node:readline';
import { milliseconds, printTable, spreadOf } from '../../support/measure/figures.ts';
import { connectTestClient } from '../../support/vision/vision-client.ts';
import { heavyPhotos } from './heavy-photos.ts';
import { startMeasuredAdapter } from './measured-adapter.ts';
import { reportOf, startProbed } from './probed-process.ts';

const grpcPort = 7220;
const healthPort = 7221;
const features = [{ type: 'TEXT_DETECTION' as const }];
const reads = { warmUp: 3, measured: 20 };

/**
 * The real local-vision and an adapter, one photo at a time. How long their event loops stand still is measured
 * twice, by the clock and in processor time: only the second means anything on a machine that is not idle.
 *
 * @param photo 1280x960.
 */
export async function benchReading(photo: Buffer): Promise<void> {
  const localVision = await startLocalVision();
  const endpoint = `127.0.0.1:${grpcPort}`;
  const adapter = await startMeasuredAdapter(endpoint);
  const client = connectTestClient(grpcPort);
  const fullSize = await heavyPhotos.find(({ kind }) => kind === 'jpeg of 20 MB')?.make();
  const kinds = [
    [
      '1280x960, Vision call alone',
      () => client.annotate([{ image: { content: photo }, features }]),
    ],
    ['1280x960, whole recognition', () => adapter.recognize(photo)],
    ['20 MB, whole recognition', () => adapter.recognize(fullSize ?? photo)],
  ] as const;
  try {
    const rows: string[][] = [];
    for (const [what, read] of kinds) {
      for (let warm = 0; warm < reads.warmUp; warm += 1) await read();
      await Promise.all([reportOf(localVision), adapter.report()]); // starts the measurement again
      const times: number[] = [];
      for (let index = 0; index < reads.measured; index += 1) {
        const before = performance.now();
        await read();
        times.push(performance.now() - before);
      }
      const { p50, p95 } = spreadOf(times);
      const reports = [await reportOf(localVision), await adapter.report()] as const;
      const stalls = reports.map(
        ({ delayMs, workMs }) => `${milliseconds(workMs)} of ${milliseconds(delayMs)}`,
      );
      const processor = milliseconds(reports[0].processorMs / reads.measured);
      rows.push([what, milliseconds(p50), milliseconds(p95), processor, ...stalls, load()]);
    }
    printTable(
      'Reading a photo, one at a time (aim on 2 idle cores: Vision call p50 <= 600 ms);\n' +
        'processor time of local-vision for each; the longest standstill of each event loop, own work\n' +
        'of the whole (aim: <= 50 ms)',
      [
        'photo',
        'p50',
        'p95',
        'processor time',
        'local-vision loop',
        'adapter loop',
        'load average',
      ],
      rows,
    );
  } finally {
    await client.close();
    await adapter.stop();
    localVision.kill('SIGTERM');
    await once(localVision, 'exit');
  }
}

async function startLocalVision() {
  const child = startProbed(new URL('../../../infra/emulators/vision/main.ts', import.meta.url), {
    env: { HOST: '127.0.0.1', PORT: String(grpcPort), HEALTH_PORT: String(healthPort) },
  });
  if (child.stdout === null) throw new Error('local-vision: no standard output to read');
  for await (const line of createInterface(child.stdout)) if (line.includes('"ready"')) break;
  child.stdout.resume();
  return child;
}

const load = () => loadavg()[0]?.toFixed(1) ?? '';
