import { expect, test } from '@jest/globals';
import { headOf, readTasks, type DecodeTask } from './decode-task.ts';

test.each([1, 7, 9, 10, 1_000])(
  'photos arrive whole and apart, cut into pieces of %i bytes',
  (size) => {
    const sent: DecodeTask[] = [
      { id: 1, alone: false, bytes: Buffer.from('a photo') },
      { id: 2, alone: true, bytes: Buffer.alloc(0) },
      { id: 4_294_967_295, alone: false, bytes: Buffer.alloc(300, 7) },
      { id: 4, alone: true, bytes: Buffer.alloc(0) },
    ];
    const stream = Buffer.concat(sent.flatMap((task) => [headOf(task), task.bytes]));
    const arrived: DecodeTask[] = [];
    const read = readTasks((task) => arrived.push(task));
    const reused = Buffer.alloc(size);
    for (let at = 0; at < stream.length; at += size) {
      const length = stream.copy(reused, 0, at);
      read(reused.subarray(0, length));
    }
    expect(arrived).toEqual(sent);
  },
);
