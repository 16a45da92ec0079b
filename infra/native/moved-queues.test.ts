import { mkdirSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from '@jest/globals';
import { rememberDataFolder } from './moved-queues.ts';

/** What RabbitMQ 3.10 writes, shortened. @param value as Erlang writes a path. */
const config = (value: string) => `#{cluster_name => rabbit_stream_coordinator,
  system_config =>
      #{data_dir =>
            ${value},
        name => coordination,
        wal_data_dir =>
            ${value},
        wal_garbage_collect => false},
  uid => <<"RABBITQXVMDSSNKBRZ">>}.
`;

function queueWith(value: string) {
  const base = join(mkdtempSync(join(tmpdir(), 'a moved clone ')), 'mnesia');
  const file = join(base, 'node@localhost', 'coordination', 'node@localhost', 'QUEUE', 'config');
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, config(value));
  return { base, file, folder: dirname(dirname(file)) };
}

const numbersOf = (text: string) => `[${Array.from(text, (c) => c.codePointAt(0)).join(',')}]`;

test.each([
  ['one text', '"/home/me/old/.data/dev/rabbitmq/mnesia/node@localhost"'],
  ['a text broken at a blank', '"/home/me/my "\n            "old \\"clone\\"/mnesia"'],
  ['numbers', numbersOf('/home/mé/旧/mnesia')],
])('rewrites the path of a moved clone, which RabbitMQ wrote as %s', async (_as, value) => {
  const { base, file, folder } = queueWith(value);
  await rememberDataFolder(base);
  expect(readFileSync(file, 'utf8')).toBe(config(numbersOf(folder)));
});

test('leaves the queues of a clone that was not moved as they are', async () => {
  for (const writtenAs of [(folder: string) => `"${folder}"`, numbersOf]) {
    const { base, file, folder } = queueWith('""');
    writeFileSync(file, config(writtenAs(folder)));
    const before = statSync(file, { bigint: true });
    await rememberDataFolder(base);
    expect(statSync(file, { bigint: true })).toMatchObject({
      ino: before.ino,
      mtimeNs: before.mtimeNs,
    });
  }
});

test('takes a RabbitMQ that never ran for one without queues', async () => {
  await rememberDataFolder(join(tmpdir(), 'there is no such folder'));
});
