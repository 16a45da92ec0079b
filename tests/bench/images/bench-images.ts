// What photos cost: the adapter's memory for each kind, and how fast and how smoothly they are read.
import { loadavg } from 'node:os';
import { Registry } from 'prom-client';
import { createAnnotateImages } from '../../../infra/emulators/vision/annotate-images.ts';
import { serveVision } from '../../../infra/emulators/vision/serve-vision.ts';
import { silentLogger } from '../../../platform/logger.ts';
import { answerAtOnce } from '../../../infra/emulators/load-vision/answer-at-once.ts';
import { printTable } from '../../support/measure/figures.ts';
import { samplePhoto } from '../../support/harness/users.ts';
import { heavyPhotos, type HeavyPhoto } from './heavy-photos.ts';
import { benchReading } from './image-reading.ts';
import { startMeasuredAdapter } from './measured-adapter.ts';

const memoryAimMb = 700;

export async function benchImages(): Promise<void> {
  await benchMemory();
  await benchReading(Buffer.from(await samplePhoto()));
}

/** One adapter per kind, so that nothing that an earlier photo left behind is counted. */
async function benchMemory(): Promise<void> {
  const vision = await serveVision({
    annotate: createAnnotateImages(answerAtOnce(0)),
    logger: silentLogger(),
    registry: new Registry(),
    host: '127.0.0.1',
    port: 0,
  });
  const rows: string[][] = [];
  for (const photo of heavyPhotos) rows.push(await measure(photo, `127.0.0.1:${vision.port}`));
  await vision.stop();
  printTable(
    `The adapter's peak memory (VmHWM, its decoder beside it), 75 MP unless said otherwise\n` +
      `(aim: together < ${memoryAimMb} MB; load average ${loadavg()[0]?.toFixed(1)})`,
    ['photo', 'file', 'adapter', 'decoder', 'together', 'took', 'outcome'],
    rows,
  );
}

async function measure(photo: HeavyPhoto, visionEndpoint: string): Promise<string[]> {
  const bytes = await photo.make();
  const adapter = await startMeasuredAdapter(visionEndpoint);
  const asked = Array.from({ length: photo.times ?? 1 }, () => adapter.recognize(bytes));
  const answers = await Promise.all(asked);
  const peaks = adapter.peaks();
  await adapter.stop();
  const together = peaks.adapter + peaks.decoder;
  return [
    photo.kind,
    `${(bytes.length / 1e6).toFixed(1)} MB`,
    `${peaks.adapter.toFixed(0)} MB`,
    `${peaks.decoder.toFixed(0)} MB`,
    `${together.toFixed(0)} MB${together < memoryAimMb ? '' : ' !'}`,
    `${(Math.max(...answers.map(({ ms }) => ms)) / 1000).toFixed(1)} s`,
    [...new Set(answers.map(({ outcome }) => outcome))].join(', '),
  ];
}
