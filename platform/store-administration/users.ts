// Users of a store, by the admin API of the two stores that have one we know.
import { createCipheriv, pbkdf2, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import type { Send } from './signed-request.ts';
import { childrenOf, element, leaf, parseXml, textOf, toXml } from './xml.ts';

export type StoreKind = 'versitygw' | 'minio' | 'other';

/** Asks for what only an administrator of such a store may see. */
export async function findStoreKind(send: Send): Promise<StoreKind> {
  const refusals = [400, 401, 403, 404, 405, 501];
  const ask = (method: 'PATCH' | 'GET', path: string) => send({ method, path, expected: refusals });
  const { status, code } = await ask('PATCH', '/list-users');
  if (status === 200 || code === 'XAdminAccessDenied') return 'versitygw'; // its own name of that refusal
  return (await ask('GET', '/minio/admin/v3/list-users')).status === 200 ? 'minio' : 'other';
}

interface Key {
  readonly accessKey: string;
  readonly secretKey: string;
}

/** A user without rights of its own: the bucket's policy gives them. */
export async function putVersityUser(send: Send, key: Key): Promise<true> {
  const mutable = [leaf('Secret', key.secretKey), leaf('Role', 'user')];
  const made = await send({
    ...{ method: 'PATCH', path: '/create-user', expected: [409] },
    body: toXml(element('Account', leaf('Access', key.accessKey), ...mutable)),
  });
  if (made.status !== 409) return true;
  await send({
    ...{ method: 'PATCH', path: '/update-user', query: { access: key.accessKey } },
    body: toXml(element('MutableProps', ...mutable)),
  });
  return true;
}

/** @returns how many of them were there. */
export async function removeVersityUsers(send: Send, users: readonly string[]): Promise<number> {
  if (users.length === 0) return 0;
  // It answers alike whether there was such a user.
  const { body } = await send({ method: 'PATCH', path: '/list-users' });
  const name = 'ListUserAccountsResult';
  const accounts = parseXml(body).flatMap((node) => (name in node ? childrenOf(node, name) : []));
  const known = new Set(
    accounts.map((node) => textOf(childrenOf(node, 'Accounts'), 'Access') ?? ''),
  );
  const present = users.filter((user) => known.has(user));
  for (const access of present)
    await send({ method: 'PATCH', path: '/delete-user', query: { access } });
  return present.length;
}

/** @returns how many of them were there. */
export async function removeMinioUsers(send: Send, users: readonly string[]): Promise<number> {
  let present = 0;
  for (const accessKey of users) {
    const request = { method: 'DELETE', path: '/minio/admin/v3/remove-user' } as const;
    const { status } = await send({ ...request, query: { accessKey }, expected: [404] });
    if (status !== 404) present += 1;
  }
  return present;
}

/** A user with one policy. */
export async function putMinioUser(
  send: Send,
  administratorSecret: string,
  key: Key,
  policyName: string,
): Promise<void> {
  const user = JSON.stringify({ secretKey: key.secretKey, status: 'enabled' });
  await send({
    ...{ method: 'PUT', path: '/minio/admin/v3/add-user', query: { accessKey: key.accessKey } },
    body: await encryptForMinio(administratorSecret, user),
  });
  await send({
    ...{ method: 'PUT', path: '/minio/admin/v3/set-user-or-group-policy' },
    query: { policyName, userOrGroup: key.accessKey, isGroup: 'false' },
  });
}

export async function putMinioPolicy(send: Send, name: string, policy: object): Promise<void> {
  const path = '/minio/admin/v3/add-canned-policy';
  await send({ method: 'PUT', path, query: { name }, body: JSON.stringify(policy) });
}

const derive = promisify(pbkdf2);
const pbkdf2AesGcm = Buffer.from([2]);

/**
 * A body as MinIO's admin API takes it: salt (32 bytes), the number of the algorithm, nonce (8), and
 * one package of the sio stream format. Its key comes from the administrator's secret (PBKDF2, 8,192
 * rounds of SHA-256). The nonce ends in the number of the package; package 0 is empty and only makes
 * the tag that every package authenticates, after a byte that marks the last one (0x80).
 */
async function encryptForMinio(secret: string, text: string): Promise<Buffer> {
  const salt = randomBytes(32);
  const nonce = randomBytes(8);
  const key = await derive(secret, salt, 8_192, 32, 'sha256');
  const seal = (number: number, plain: Buffer, authenticated: Buffer): Buffer => {
    const counter = Buffer.alloc(4);
    counter.writeUInt32LE(number);
    const cipher = createCipheriv('aes-256-gcm', key, Buffer.concat([nonce, counter]));
    cipher.setAAD(authenticated);
    return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  };
  const tag = seal(0, Buffer.alloc(0), Buffer.alloc(0));
  const sealed = seal(1, Buffer.from(text), Buffer.concat([Buffer.from([0x80]), tag]));
  return Buffer.concat([salt, pbkdf2AesGcm, nonce, sealed]);
}
