import { expect, test } from '@jest/globals';
import { SignJWT } from 'jose';
import { createUploadTokens, type UploadTokenKeys } from './upload-tokens.ts';

const token = {
  objectKey: 'images/2026/11/23/019a53c4-7c10-7d3a-9a52-1f0c3a7be001.jpg',
  incomingKey: 'incoming/0123456789abcdef0123456789abcdef',
  contentType: 'image/jpeg',
  owner: '5d41402abc4b2a76b9719d911017c592',
  correlationId: '019a53c4-7c10-7d3a-9a52-1f0c3a7be001',
  bytes: 48_213,
  checksum: `sha256:${'0'.repeat(64)}`,
} as const;
const hours = (count: number) => count * 60 * 60 * 1_000;
const withKeys = (key: string, previous?: string) => {
  const keys: UploadTokenKeys = {
    current: () => ({ key, previous }),
    refresh: () => keys.current(),
  };
  return createUploadTokens(keys);
};
const uploadTokens = withKeys('the-ticket-key-of-today');
const notOurs = { status: 422, code: 'INVALID', errors: { uploadId: [expect.any(String)] } };

test('verifies a token to the upload that it was signed for', async () => {
  expect(await uploadTokens.verify(await uploadTokens.sign(token, new Date()))).toEqual(token);
});

test('refuses a token after 24 hours', async () => {
  const read = async (age: number) =>
    uploadTokens.verify(await uploadTokens.sign(token, new Date(Date.now() - age)));
  expect(await read(hours(24) - 30_000)).toEqual(token);
  await expect(read(hours(24) + 1_000)).rejects.toMatchObject({
    status: 410,
    code: 'TICKET_EXPIRED',
  });
});

test('verifies tokens of the previous key, which expire as before', async () => {
  const changed = withKeys('the-ticket-key-of-tomorrow', 'the-ticket-key-of-today');
  expect(await changed.verify(await uploadTokens.sign(token, new Date()))).toEqual(token);
  await expect(
    changed.verify(await uploadTokens.sign(token, new Date(Date.now() - hours(25)))),
  ).rejects.toMatchObject({ status: 410 });
  const fresh = await changed.sign(token, new Date());
  await expect(uploadTokens.verify(fresh)).rejects.toMatchObject(notOurs);
});

test('refuses forged, unsigned and foreign tokens', async () => {
  const issued = await uploadTokens.sign(token, new Date());
  const [header, payload, signature] = issued.split('.') as [string, string, string];
  const forged = Buffer.from(
    Buffer.from(payload, 'base64url').toString().replace(token.owner, '0'.repeat(32)),
  ).toString('base64url');
  const unsigned = Buffer.from('{"alg":"none"}').toString('base64url');
  const sign = (claims: Record<string, unknown>, audience: string) =>
    new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256' })
      .setAudience(audience)
      .setExpirationTime('1h')
      .sign(new TextEncoder().encode('the-ticket-key-of-today'));
  for (const uploadId of [
    'nonsense',
    `${header}.${forged}.${signature}`,
    `${unsigned}.${payload}.`,
    await sign(token, 'urn:another:use'),
  ])
    await expect(uploadTokens.verify(uploadId)).rejects.toMatchObject(notOurs);
});

test('verifies a token of the next key as soon as that key is in its file', async () => {
  let key = 'the-ticket-key-of-today';
  const replica = createUploadTokens({
    current: () => ({ key: 'the-ticket-key-of-today' }),
    refresh: () => ({ key, previous: 'the-ticket-key-of-today' }),
  });
  const issued = await withKeys('the-ticket-key-of-tomorrow').sign(token, new Date());
  await expect(replica.verify(issued)).rejects.toMatchObject(notOurs);
  key = 'the-ticket-key-of-tomorrow';
  expect(await replica.verify(issued)).toEqual(token);
});

test('verifies a token without incomingKey, bytes and checksum', async () => {
  const { incomingKey: _place, bytes: _bytes, checksum: _checksum, ...before } = token;
  expect(await uploadTokens.verify(await uploadTokens.sign(before, new Date()))).toEqual(before);
});
