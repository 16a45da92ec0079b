// What provisioning makes, on both stores that we run: each key may do what its right says and no more,
// and what others have set on the bucket stays.
import { randomBytes, randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { storeRights, type StoreRight } from '../../../contracts/objects.ts';
import { connectStack, type StackControl } from '../../../infra/supervisor/control-client.ts';
import type { StoreName } from '../../../infra/stack/store-in-use.ts';
import {
  provisionStore,
  type StorePlan,
} from '../../../platform/store-administration/provision-store.ts';
import {
  connectAdministrator,
  type Administrator,
  type StoreRequest,
} from '../../../platform/store-administration/signed-request.ts';

let stack: StackControl;
beforeAll(async () => {
  stack = await connectStack('test');
  await stack.start('minio');
});

const newKey = () => ({
  accessKey: randomBytes(10).toString('hex'),
  secretKey: randomBytes(20).toString('hex'),
});

const rights: readonly [string, StoreRight][] = Object.entries(storeRights);

describe.each(['versitygw', 'minio'] as const)('%s', (store: StoreName) => {
  const bucket = `conformance-${randomUUID()}`;
  const plan: StorePlan = {
    bucket,
    namePrefix: 'trackunit-',
    replacesUnknownKeys: false,
    // A new key and the one of before, as after a rotation.
    grants: rights.map(([name, right]) => ({ name, right, keys: [newKey(), newKey()] })),
    cors: {
      id: 'trackunit-uploads',
      origins: ['https://photos.example'],
      headers: ['content-type', 'x-amz-checksum-sha256', 'if-none-match'],
    },
    formerLifecycleRule: 'delete-after-30-days',
  };
  const said: string[] = [];
  const signedBy = (key: { accessKey: string; secretKey: string }): Administrator => ({
    ...{ endpoint: stack.url(store).replace(/:\d+$/, `:${stack.stack.ports[store]}`) },
    ...{ region: 'us-east-1', ...key },
  });
  const root = () =>
    signedBy({
      accessKey: stack.stack.secrets.S3_ROOT_ACCESS_KEY,
      secretKey: stack.stack.secrets.S3_ROOT_SECRET_KEY,
    });
  const ask = (request: StoreRequest) => connectAdministrator(root())(request);
  const read = async (query: string) =>
    (await ask({ method: 'GET', path: `/${bucket}`, query: { [query]: '' } })).body;
  const write = (query: string, body: string) =>
    ask({ method: 'PUT', path: `/${bucket}`, query: { [query]: '' }, body });

  const lifecycleRule = (id: string, prefix: string) =>
    `<Rule><ID>${id}</ID><Status>Enabled</Status><Filter><Prefix>${prefix}</Prefix></Filter><Expiration><Days>30</Days></Expiration></Rule>`;
  const others = {
    policy: {
      Sid: 'others',
      ...{ Effect: 'Allow', Principal: { AWS: ['*'] } },
      ...{ Action: ['s3:GetObject'], Resource: [`arn:aws:s3:::${bucket}/open/*`] },
    },
    cors: `<CORSConfiguration><CORSRule><ID>others</ID><AllowedOrigin>https://a.example/?x&amp;y</AllowedOrigin><AllowedMethod>GET</AllowedMethod></CORSRule></CORSConfiguration>`,
    lifecycle: `<LifecycleConfiguration>${lifecycleRule('others', 'temporary/')}${lifecycleRule('delete-after-30-days', '')}</LifecycleConfiguration>`,
  };

  beforeAll(async () => {
    await ask({ method: 'PUT', path: `/${bucket}` });
    await write('policy', JSON.stringify({ Version: '2012-10-17', Statement: [others.policy] }));
    if (store === 'versitygw') await write('cors', others.cors);
    else await write('lifecycle', others.lifecycle);
    for (let run = 1; run <= 2; run += 1)
      expect(await provisionStore(root(), plan, (line) => said.push(line))).toEqual({
        kind: store,
        missing: [],
      });
    await ask({ method: 'PUT', path: `/${bucket}/other/photo.jpg`, body: 'a photo' });
  });

  test('grants each key what its right says, and nothing else', async () => {
    const prefixes = ['incoming/', 'images/', 'previews/', 'other/'];
    const objectActions = { GET: 's3:GetObject', PUT: 's3:PutObject', DELETE: 's3:DeleteObject' };
    const methods = ['PUT', 'GET', 'DELETE'] as const;
    for (const { name, right, keys } of plan.grants)
      for (const key of keys) {
        const may = connectAdministrator(signedBy(key));
        const isAllowed = async (request: StoreRequest) =>
          (await may({ ...request, expected: [403, 404] })).status !== 403;
        for (const prefix of prefixes) {
          const path = `/${bucket}/${prefix}photo.jpg`;
          await ask({ method: 'PUT', path, body: 'a photo' }); // S3 refuses alike what is not there
          for (const method of methods) {
            const actions = right.objectActions.find(([known]) => known === prefix)?.[1] ?? [];
            const body = method === 'PUT' ? { body: 'a photo' } : {};
            expect([name, method, prefix, await isAllowed({ method, path, ...body })]).toEqual([
              ...[name, method, prefix, actions.includes(objectActions[method])],
            ]);
          }
        }
        const list = { method: 'GET', path: `/${bucket}`, query: { 'list-type': '2' } } as const;
        const lists = right.bucketActions.includes('s3:ListBucket');
        expect([name, 'list', await isAllowed(list)]).toEqual([name, 'list', lists]);
        for (const query of ['policy', 'cors', 'acl']) {
          const settings = { method: 'PUT', path: `/${bucket}`, query: { [query]: '' } } as const;
          const allowed = await may({ ...settings, body: '<x/>', expected: [400, 403, 501] });
          expect([name, query, [403, 501].includes(allowed.status)]).toEqual([name, query, true]);
        }
        for (const [method, path] of [
          ['PATCH', '/list-users'],
          ['GET', '/minio/admin/v3/list-users'],
        ] as const) {
          const { status } = await may({ method, path, expected: [400, 403, 404, 405] });
          expect([name, path, status >= 400]).toEqual([name, path, true]);
        }
      }
  });

  test('keeps statements and rules of others, adds ours once, and removes the former one', async () => {
    const { Statement } = JSON.parse(await read('policy')) as { Statement: { Sid: string }[] };
    const ours = Statement.filter(({ Sid }) => Sid.startsWith('trackunit-'));
    expect(new Set(ours.map(({ Sid }) => Sid)).size).toBe(ours.length);
    expect(Statement.filter(({ Sid }) => !ours.some((own) => own.Sid === Sid))).toEqual([
      expect.objectContaining({ Sid: 'others' }),
    ]);
    expect(ours.length > 0).toBe(store === 'versitygw'); // MinIO has policies per user
    if (store === 'versitygw') {
      const cors = await read('cors');
      expect(cors.match(/<ID>[^<]*/g)).toEqual(['<ID>others', '<ID>trackunit-uploads']);
      expect(cors).toContain('https://a.example/?x&amp;y');
    } else {
      const rules = await read('lifecycle');
      expect(rules.match(/<ID>[^<]*/g)).toEqual(['<ID>others']);
      expect(rules).toContain('<Prefix>temporary/</Prefix>');
    }
  });

  test('allows uploads from pages of the named origins, where the store has CORS rules', async () => {
    const preflight = async (origin: string) => {
      const answer = await fetch(`${signedBy(newKey()).endpoint}/${bucket}/incoming/photo`, {
        method: 'OPTIONS',
        headers: {
          origin,
          'access-control-request-method': 'PUT',
          'access-control-request-headers': 'content-type,if-none-match,x-amz-checksum-sha256',
        },
      });
      return [answer.ok, answer.headers.get('access-control-allow-origin') === origin];
    };
    expect(await preflight('https://photos.example')).toEqual([true, true]);
    if (store === 'versitygw')
      expect(await preflight('https://evil.example')).toEqual([false, false]);
    else expect(said).toContainEqual(expect.stringMatching(/^CORS: .*501/));
  });

  if (store === 'versitygw')
    test('leaves keys of another folder unchanged, unless replacing is requested', async () => {
      const other = plan.grants.map((grant) => ({ ...grant, keys: [newKey()] }));
      const provision = (replacesUnknownKeys: boolean) =>
        provisionStore(root(), { ...plan, grants: other, replacesUnknownKeys }, () => undefined);
      const before = await read('policy');
      await expect(provision(false)).rejects.toThrow(
        /10 keys that this folder does not hold.*--replace/,
      );
      expect(await read('policy')).toBe(before);
      await provision(true);
      expect(await read('policy')).not.toContain(plan.grants[0]?.keys[0]?.accessKey);
      await provisionStore(root(), { ...plan, replacesUnknownKeys: true }, () => undefined);
    });

  test('revokes a key that ended, and keeps the other key of its right', async () => {
    const grants = plan.grants.map((grant) => ({ ...grant, keys: grant.keys.slice(0, 1) }));
    const ended = plan.grants.flatMap((grant) => grant.keys.slice(1));
    const endedUsers = ended.map(({ accessKey }) => accessKey);
    const now: string[] = [];
    for (let run = 1; run <= 2; run += 1)
      await provisionStore(root(), { ...plan, grants, endedUsers }, (line) => now.push(line));
    expect(now.filter((line) => line.startsWith('users of expired keys'))).toEqual([
      `users of expired keys: ${ended.length} deleted`,
    ]);
    const put = { method: 'PUT', path: `/${bucket}/incoming/photo.jpg`, body: 'a photo' } as const;
    for (const key of ended) {
      const refused = await connectAdministrator(signedBy(key))({ ...put, expected: [403] });
      expect(refused.code).toBe('InvalidAccessKeyId');
    }
    const [upload] = grants.find(({ name }) => name === 'upload')?.keys ?? [];
    if (upload === undefined) throw new Error('no key of the right to upload');
    expect((await connectAdministrator(signedBy(upload))(put)).status).toBe(200);
  });

  test('prints no key while it provisions', () => {
    expect(said.length).toBeGreaterThan(0);
    const keys = plan.grants.flatMap((grant) => grant.keys.flatMap((key) => Object.values(key)));
    for (const key of keys) expect(said.join('\n')).not.toContain(key);
  });

  test('refuses a key that may not administrate, without its secret in the error', async () => {
    const key = newKey();
    const refused = provisionStore(signedBy(key), plan, () => undefined);
    await expect(refused).rejects.toMatchObject({ code: 'STORE_ADMINISTRATION' });
    await refused.catch((error: unknown) => {
      expect(JSON.stringify([(error as Error).message, error])).not.toContain(key.secretKey);
    });
  });
});
