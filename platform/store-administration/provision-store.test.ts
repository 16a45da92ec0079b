// A store whose administrator may do less than everything, and what others have set on the bucket.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { afterEach, expect, test } from '@jest/globals';
import { provisionStore } from './provision-store.ts';

let server: Server;
afterEach(() => {
  server.close();
});

const denied = '<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>';
const plan = {
  bucket: 'photos',
  namePrefix: 'ours-',
  grants: [],
  replacesUnknownKeys: false,
  cors: { id: 'our-pages', origins: ['https://app.example'], headers: ['content-type'] },
  formerLifecycleRule: 'delete-after-30-days',
};

type Documents = Readonly<Record<string, string>>;

/** @returns the sentences logged and the requests that would have changed something. */
async function provision(forbidden: RegExp, documents: Documents = {}) {
  const changes: string[] = [];
  const bodies: string[] = [];
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const { method = '', url = '' } = request;
    const asked = `${method} ${url.replace(/=(?=&|$)/g, '')}`;
    let body = '';
    for await (const chunk of request) body += String(chunk);
    if (url.includes('list-users') || forbidden.test(asked)) {
      response.writeHead(403).end(denied);
      return;
    }
    if (method === 'PUT' || method === 'DELETE') {
      changes.push(asked);
      bodies.push(body);
    }
    const document = documents[asked];
    const isMissing = document === undefined && /\?(cors|lifecycle)/.test(url) && method === 'GET';
    response.writeHead(isMissing ? 404 : 200).end(document ?? '');
  };
  server = createServer((request, response) => void answer(request, response));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const lines: string[] = [];
  const administrator = { endpoint, region: 'us-east-1', accessKey: 'a', secretKey: 's' };
  await provisionStore(administrator, plan, (line) => lines.push(line));
  return { said: lines.join('\n'), changes, bodies };
}

test.each([
  ['read CORS rules', /\?cors/],
  ['write CORS rules', /^PUT .*\?cors/],
])('a key that may not %s provisions the rest and says what is missing', async (_, forbidden) => {
  const { said } = await provision(forbidden);
  expect(said).toContain('bucket photos: exists');
  expect(said).toContain('CORS rule our-pages: not set, the key may not (403)');
  expect(said).toContain('s3:PutBucketCORS');
});

const formerRule =
  '<LifecycleConfiguration><Rule><ID>delete-after-30-days</ID></Rule></LifecycleConfiguration>';

test.each([
  ['read', /\?lifecycle/],
  ['delete', /^DELETE .*\?lifecycle/],
])(
  'a key that may not %s lifecycle rules provisions the rest and says so',
  async (_, forbidden) => {
    const { said, changes } = await provision(forbidden, { 'GET /photos?lifecycle': formerRule });
    expect(said).toContain('lifecycle: not read or changed, the key may not (403)');
    expect(changes).toContain('PUT /photos?cors');
  },
);

test('a key that may not ask for the location finds the bucket all the same', async () => {
  expect((await provision(/\?location/)).said).toContain('bucket photos: exists');
});

test('a key that may do nothing at the bucket is refused', async () => {
  await expect(provision(/.*/)).rejects.toMatchObject({ code: 'STORE_ADMINISTRATION' });
});

test('keeps the CORS and lifecycle rules of others', async () => {
  const { changes, bodies } = await provision(/never/, {
    'GET /photos?cors':
      '<CORSConfiguration><CORSRule><ID>theirs</ID><AllowedMethod>GET</AllowedMethod></CORSRule></CORSConfiguration>',
    'GET /photos?lifecycle':
      '<LifecycleConfiguration><Rule><ID>archive</ID></Rule></LifecycleConfiguration>',
  });
  expect(changes).toEqual(['PUT /photos?cors']);
  expect(bodies[0]).toContain('<ID>theirs</ID>');
  expect(bodies[0]).toContain('<ID>our-pages</ID>');
});
