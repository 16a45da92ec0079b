import { Gauge, type Registry } from 'prom-client';
import type { ImageReader } from './image-reader.ts';

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
