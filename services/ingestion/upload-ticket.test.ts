import { expect, test } from '@jest/globals';
import { SignJWT } from 'jose';
import { openTicketOffice } from './upload-ticket.ts';

const ticket = {
  objectKey: 'images/2026/11/23/019a53c4-7c10-7d3a-9a52-1f0c3a7be001.jpg',
  contentType: 'image/jpeg',
  owner: '5d41402abc4b2a76b9719d911017c592',
  correlationId: '019a53c4-7c10-7d3a-9a52-1f0c3a7be001',
} as const;
const hours = (count: number) => count * 60 * 60 * 1_000;
const office = openTicketOffice('the-ticket-key-of-today');
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
  const changed = openTicketOffice('the-ticket-key-of-tomorrow', 'the-ticket-key-of-today');
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
