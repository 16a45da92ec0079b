import { expect, test } from '@jest/globals';
import { SignJWT } from 'jose';
import { openTicketOffice, type TicketKeys } from './upload-ticket.ts';

const ticket = {
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
  const keys: TicketKeys = {
    current: () => ({ key, previous }),
    refresh: () => keys.current(),
  };
  return openTicketOffice(keys);
};
const office = withKeys('the-ticket-key-of-today');
const notOurs = { status: 422, code: 'INVALID', errors: { uploadId: [expect.any(String)] } };

test('a ticket says what it was issued for', async () => {
  expect(await office.read(await office.issue(ticket, new Date()))).toEqual(ticket);
});

test('a ticket counts for 24 hours', async () => {
  const read = async (age: number) =>
    office.read(await office.issue(ticket, new Date(Date.now() - age)));
  expect(await read(hours(24) - 30_000)).toEqual(ticket);
  await expect(read(hours(24) + 1_000)).rejects.toMatchObject({
    status: 410,
    code: 'TICKET_EXPIRED',
  });
});

test('after a change of keys old tickets are read, and expire as before', async () => {
  const changed = withKeys('the-ticket-key-of-tomorrow', 'the-ticket-key-of-today');
  expect(await changed.read(await office.issue(ticket, new Date()))).toEqual(ticket);
  await expect(
    changed.read(await office.issue(ticket, new Date(Date.now() - hours(25)))),
  ).rejects.toMatchObject({ status: 410 });
  const fresh = await changed.issue(ticket, new Date());
  await expect(office.read(fresh)).rejects.toMatchObject(notOurs);
});

test('what we did not sign as a ticket is refused', async () => {
  const issued = await office.issue(ticket, new Date());
  const [header, payload, signature] = issued.split('.') as [string, string, string];
  const forged = Buffer.from(
    Buffer.from(payload, 'base64url').toString().replace(ticket.owner, '0'.repeat(32)),
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
    await sign(ticket, 'urn:another:use'),
  ])
    await expect(office.read(uploadId)).rejects.toMatchObject(notOurs);
});

test('a ticket that another replica signed with the next key is read as soon as its file is there', async () => {
  let key = 'the-ticket-key-of-today';
  const replica = openTicketOffice({
    current: () => ({ key: 'the-ticket-key-of-today' }),
    refresh: () => ({ key, previous: 'the-ticket-key-of-today' }),
  });
  const issued = await withKeys('the-ticket-key-of-tomorrow').issue(ticket, new Date());
  await expect(replica.read(issued)).rejects.toMatchObject(notOurs);
  key = 'the-ticket-key-of-tomorrow';
  expect(await replica.read(issued)).toEqual(ticket);
});

test('a ticket of before uploads landed apart is read', async () => {
  const { incomingKey: _place, bytes: _bytes, checksum: _checksum, ...before } = ticket;
  expect(await office.read(await office.issue(before, new Date()))).toEqual(before);
});
