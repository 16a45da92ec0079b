// `npm run provision` by a key that may not do everything: it does what it may, names the rest.
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, beforeEach, expect, test } from '@jest/globals';
import { execa } from 'execa';
import { keyFile, keySettings, rightNames } from '../../../infra/keys/key-settings.ts';
import { connectStack } from '../../../infra/supervisor/control-client.ts';
import { connectAdministrator } from '../../../platform/store-administration/signed-request.ts';
import { putMinioPolicy, putMinioUser } from '../../../platform/store-administration/users.ts';
import { element, leaf, toXml } from '../../../platform/store-administration/xml.ts';
import { openStore, region, type StoreFixture } from '../../support/harness/store.ts';

interface Key {
  readonly accessKey: string;
  readonly secretKey: string;
}

let store: StoreFixture;
let bucket: string;
let keys: string;
beforeAll(async () => {
  await connectStack('test');
  store = await openStore('versitygw');
});
beforeEach(() => {
  bucket = `limited-${randomUUID()}`;
  keys = mkdtempSync(join(tmpdir(), 'keys-'));
});

const by = (key: Key) => connectAdministrator({ endpoint: store.endpoint, region, ...key });

/** @param role of VersityGW: a `userplus` may make buckets, a `user` not even that. */
async function makeUser(
  role: 'user' | 'userplus',
  key: Key = {
    accessKey: randomBytes(10).toString('hex'),
    secretKey: randomBytes(20).toString('hex'),
  },
): Promise<Key> {
  const { accessKey, secretKey } = key;
  const account = [leaf('Access', accessKey), leaf('Secret', secretKey), leaf('Role', role)];
  const body = toXml(element('Account', ...account));
  await by(store.rootKey)({ method: 'PATCH', path: '/create-user', body });
  return key;
}

async function provision(administrator: Key, { endpoint }: StoreFixture = store) {
  const { exitCode, stdout, stderr } = await execa(
    process.execPath,
    ['infra/commands/provision.ts', '--keys', keys],
    {
      reject: false,
      env: {
        S3_ENDPOINT: endpoint,
        S3_BUCKET: bucket,
        S3_ADMIN_ACCESS_KEY: administrator.accessKey,
        S3_ADMIN_SECRET_KEY: administrator.secretKey,
      },
    },
  );
  return { exitCode, said: `${stdout}\n${stderr}` };
}

const keyOf = (right: (typeof rightNames)[number]): Key => {
  const [accessKey, secretKey] = keySettings(right).map((setting) =>
    readFileSync(keyFile(keys, setting), 'utf8').trim(),
  );
  return { accessKey: accessKey ?? '', secretKey: secretKey ?? '' };
};

test('a key without a right to users makes the rest, names the users, and finds those made by hand', async () => {
  const owner = await makeUser('userplus');
  const first = await provision(owner);
  expect(first.said).toContain(`bucket ${bucket}: created`);
  expect(first.said).toMatch(
    /users of upload, .*: not made, the key may not .*XAdminAccessDenied.*role user/,
  );
  expect(first.said).toMatch(/bucket policy: .* then repeat this/);
  expect(first.said).toContain('CORS rule trackunit-uploads: set');
  expect(first.exitCode).toBe(1);

  for (const right of rightNames) await makeUser('user', keyOf(right));
  const second = await provision(owner);
  expect(second.said).toContain('users: exist');
  expect(second.said).toContain('rights: set for upload');
  expect(second.exitCode).toBe(0);
  const put = { method: 'PUT', path: `/${bucket}/incoming/photo`, body: 'a photo' } as const;
  expect((await by(keyOf('upload'))(put)).status).toBe(200);

  expect(await provision(owner)).toMatchObject({
    exitCode: 0,
    said: expect.stringContaining('rights: already set for upload'),
  });
});

test('a key without any right to a bucket is told each thing to do by hand, with the policy', async () => {
  await by(store.rootKey)({ method: 'PUT', path: `/${bucket}` });
  const { exitCode, said } = await provision(await makeUser('user'));
  expect(said).toMatch(new RegExp(`bucket ${bucket}: not seen or made, the key may not`));
  expect(said).toMatch(/bucket policy: not set, the key may not .*s3:GetBucketPolicy/);
  expect(said).toContain('CORS rule trackunit-uploads: not set');
  expect(said).toMatch(/"Sid": "trackunit-upload-0"[^]*<access key of upload>/);
  expect(said).not.toContain(keyOf('upload').secretKey);
  expect(exitCode).toBe(1);
});

test('a key of MinIO that may not make users makes the bucket, and is told the rights it needs', async () => {
  const minio = await openStore('minio');
  const admin = connectAdministrator({ endpoint: minio.endpoint, region, ...minio.rootKey });
  const lister = { accessKey: `lister-${randomBytes(5).toString('hex')}`, secretKey: randomUUID() };
  await putMinioPolicy(admin, lister.accessKey, {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: ['s3:*'], Resource: ['arn:aws:s3:::*'] },
      { Effect: 'Allow', Action: ['admin:ListUsers'] },
    ],
  });
  await putMinioUser(admin, minio.rootKey.secretKey, lister, lister.accessKey);
  const { exitCode, said } = await provision(lister, minio);
  expect(said).toContain(`bucket ${bucket}: created`);
  expect(said).toMatch(/users and policies of upload .*admin:CreateUser/);
  expect(exitCode).toBe(1);
});

test('a key that the store does not know is refused, and nothing is listed to do by hand', async () => {
  const { exitCode, said } = await provision({ accessKey: 'unknown', secretKey: 'unknown-too' });
  expect(said).toContain('InvalidAccessKeyId');
  expect(said).not.toContain('by hand');
  expect(exitCode).toBe(1);
});
