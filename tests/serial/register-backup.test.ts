// `npm run infra -- backup` and `restore` on the running stack: what the register knew comes back.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { execa } from 'execa';
import { withConnection } from '../../infra/database/connection.ts';
import { databaseAdminUrl } from '../../infra/stack/environment.ts';
import { cloneFolder } from '../../infra/stack/stack.ts';
import { testStack } from '../support/harness/environment.ts';
import { eventually } from '../support/harness/eventually.ts';
import { beginStory, deadline, endOf, samplePhoto } from '../support/harness/users.ts';

afterEach(async () => (await testStack()).start('tu-register-service'));

const infra = (...args: string[]) =>
  execa(process.execPath, [join(cloneFolder, 'infra', 'commands', 'infra.ts'), ...args], {
    reject: false,
  });

test('what was deleted by mistake comes back from a backup, PostgreSQL killed in between, and the register goes on', async () => {
  const story = await beginStory();
  const { stack } = story;
  const { client } = story.newUser();
  const analyse = async () => {
    const { correlationId } = await client.upload(await samplePhoto(), { signal: deadline() });
    expect(await endOf(client, correlationId)).toMatchObject({ success: true });
    return correlationId;
  };
  const query = (statement: string, values: unknown[] = []) =>
    withConnection(databaseAdminUrl(stack.stack, 'register'), async (connection) => {
      const { rows } = await connection.query<{ model: string | null }>(statement, values);
      return rows;
    });
  const modelOf = (id: string) =>
    query('SELECT model FROM analyses WHERE correlation_id = $1', [id]);
  const first = await analyse();
  await eventually(async () =>
    expect(await modelOf(first)).toEqual([{ model: expect.any(String) }]),
  );

  const file = join(mkdtempSync(join(tmpdir(), 'a backup ')), 'register.gz');
  expect(await infra('backup', file, 'test')).toMatchObject({ exitCode: 0 });
  expect((await infra('restore', file, 'test', '--replace')).stderr).toContain('stop it');

  await stack.stop('tu-register-service');
  await query('DELETE FROM analyses');
  expect((await infra('restore', file, 'test')).stderr).toContain('--replace');
  await stack.kill('postgresql');
  await stack.ready('postgresql');
  expect(await infra('restore', file, 'test', '--replace')).toMatchObject({ exitCode: 0 });
  await stack.start('tu-register-service');
  expect(await modelOf(first)).toEqual([{ model: expect.any(String) }]);
  const second = await analyse();
  await eventually(async () =>
    expect(await modelOf(second)).toEqual([{ model: expect.any(String) }]),
  );
});
