// Both stores of the stack, each test with a bucket and keys of its own, provisioned as `npm start` does it.
import { randomBytes, randomUUID } from 'node:crypto';
import { Client } from 'minio';
import { storeRights, type StoreRightName } from '../../../contracts/objects.ts';
import { connectStack } from '../../../infra/supervisor/control-client.ts';
import type { S3Settings, StoreKey } from '../../../platform/object-store/s3-client.ts';
import { provisionStore } from '../../../platform/store-administration/provision-store.ts';

export const stores = ['versitygw', 'minio'] as const;
export type StoreName = (typeof stores)[number];

export interface StoreFixture {
  readonly endpoint: string;
  readonly bucket: string;
  readonly keys: Readonly<Record<StoreRightName, StoreKey>>;
  /** The bucket as the process with this right reaches it. */
  settings(right: StoreRightName): S3Settings;
  readonly rootKey: StoreKey;
  /** The client of npm, with root's key: for what a test looks at or prepares. */
  readonly root: Client;
  client(key: StoreKey): Client;
  /** A key below incoming/ that nobody else has. */
  readonly incomingKey: () => string;
  readonly objectKey: () => string;
  /** All keys of the bucket. */
  list(): Promise<string[]>;
  bytesOf(key: string): Promise<Buffer>;
  close(): Promise<void>;
}

export const region = 'us-east-1';

/** Starts the store where it is a spare service of the stack. */
export async function openStore(name: StoreName): Promise<StoreFixture> {
  const control = await connectStack('test');
  const { stack } = control;
  await control.start(name);
  return openStoreAt(`http://127.0.0.1:${stack.ports[name]}`, {
    accessKey: stack.secrets.S3_ROOT_ACCESS_KEY,
    secretKey: stack.secrets.S3_ROOT_SECRET_KEY,
  });
}

export async function openStoreAt(endpoint: string, rootKey: StoreKey): Promise<StoreFixture> {
  const bucket = `conformance-${randomUUID()}`;
  const names = Object.keys(storeRights) as StoreRightName[];
  const keys = Object.fromEntries(
    names.map((right) => [
      right,
      {
        accessKey: `${right}-${randomBytes(5).toString('hex')}`,
        secretKey: randomBytes(20).toString('hex'),
      },
    ]),
  ) as Record<StoreRightName, StoreKey>;
  await provisionStore(
    { endpoint, region, ...rootKey },
    {
      bucket,
      namePrefix: 'trackunit-',
      replacesUnknownKeys: false,
      grants: names.map((right) => ({
        name: `${bucket}-${right}`,
        right: storeRights[right],
        keys: [keys[right]],
      })),
      cors: {
        id: 'trackunit-uploads',
        origins: ['https://app.example'],
        headers: ['content-type', 'x-amz-checksum-sha256', 'if-none-match'],
      },
      formerLifecycleRule: 'delete-after-30-days',
    },
    () => undefined,
  );
  const { hostname, port } = new URL(endpoint);
  const client = ({ accessKey, secretKey }: StoreKey) =>
    new Client({
      endPoint: hostname,
      port: Number(port),
      useSSL: false,
      region,
      accessKey,
      secretKey,
    });
  const root = client(rootKey);
  const list = async () => {
    const found: string[] = [];
    for await (const { name } of root.listObjectsV2(bucket, '', true) as AsyncIterable<{
      name: string;
    }>)
      found.push(name);
    return found;
  };
  return {
    endpoint,
    bucket,
    keys,
    settings: (right) => ({ endpoint, region, bucket, key: () => keys[right] }),
    rootKey,
    root,
    client,
    incomingKey: () => `incoming/${randomBytes(16).toString('hex')}`,
    objectKey: () => `images/2026/11/23/${randomUUID()}.jpg`,
    list,
    async bytesOf(key) {
      const chunks: Buffer[] = [];
      for await (const chunk of await root.getObject(bucket, key)) chunks.push(chunk as Buffer);
      return Buffer.concat(chunks);
    },
    async close() {
      const versions: { name: string; versionId: string }[] = [];
      for await (const { name, versionId } of root.listObjects(bucket, '', true, {
        IncludeVersion: true,
      }) as AsyncIterable<{ name: string; versionId: string }>)
        versions.push({ name, versionId });
      if (versions.length > 0) await root.removeObjects(bucket, versions);
      await root.removeBucket(bucket);
    },
  };
}
