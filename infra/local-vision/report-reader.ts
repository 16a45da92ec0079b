import { Gauge, type Registry } from 'prom-client';
import type { ImageReader } from './image-reader.ts';

/** No image takes this long, the slowest machine and the largest picture included. */
const stuckAfterMs = 60_000;

/** For `/livez`: throws when one image is looked at for ever. */
export const checkReaderProgress = (reader: ImageReader) => () => {
  const busyMs = reader.busySince === undefined ? 0 : performance.now() - reader.busySince;
  if (busyMs > stuckAfterMs)
    throw new Error(`one image has been looked at for ${Math.round(busyMs / 1000)} s`);
};

export function measureReader(reader: ImageReader, registry: Registry): void {
  new Gauge({
    name: 'vision_images_waiting',
    help: 'Images in the queue, the one that is read included.',
    registers: [registry],
    collect() {
      this.set(reader.waiting);
    },
  });
}
