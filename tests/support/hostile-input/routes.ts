// What the routes of our apps are asked for in good faith.
import type { RawRequest } from './raw-http.ts';

export interface Route {
  readonly request: RawRequest;
  /** What it reads of a request: this decides what a refusal looks like. */
  readonly reads: 'json' | 'graphql' | 'no body';
  readonly answers: number;
}

export const internalToken = 'the-internal-token';
export const owner = '5d41402abc4b2a76b9719d911017c592';
export const correlationId = '019a53c4-7c10-7d3a-9a52-1f0c3a7be001';
export const objectKey = `images/2026/11/23/${correlationId}.jpg`;
export const incomingKey = `incoming/${'0'.repeat(32)}`;
export const checksum = `sha256:${'a'.repeat(64)}`;

const trusted = {
  host: 'app.test',
  authorization: `Bearer ${internalToken}`,
  'trackunit-owner': owner,
};

export const get = (
  target: string,
  answers: number,
  headers: RawRequest['headers'] = trusted,
): Route => ({
  request: { method: 'GET', target, headers },
  reads: 'no body',
  answers,
});

/** Of a gateway beside which no page was built. */
export const pageRoutes: Readonly<Record<string, Route>> = {
  'GET /*': get('/nothing.png', 404, { host: 'app.test' }),
  'GET /config.json': get('/config.json', 200, { host: 'app.test' }),
  ...Object.fromEntries(
    ['/assets/*', '/icon.svg', '/manifest.webmanifest', '/service-worker.js'].map((path) => [
      `GET ${path}`,
      get(path.replace('*', 'gone.js'), 404, { host: 'app.test' }),
    ]),
  ),
};

export const post = (target: string, fields: object, answers: number): Route => ({
  request: {
    method: 'POST',
    target,
    headers: { ...trusted, 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify(fields)),
  },
  reads: 'json',
  answers,
});

const analysis = '/internal/v0/analyses/:correlationId';
const ofAnalysis = analysis.replace(':correlationId', correlationId);
const nothingKnown = { brand: null, type: null, model: null };

/** The orchestrator's acts on an analysis that nobody knows; an owner is no operator. */
export const doorRoutes: Readonly<Record<string, Route>> = {
  [`PUT ${analysis}/correction`]: withMethod(
    'PUT',
    post(`${ofAnalysis}/correction`, nothingKnown, 404),
  ),
  [`DELETE ${analysis}`]: withMethod('DELETE', get(ofAnalysis, 404)),
  [`POST ${analysis}/redo`]: post(`${ofAnalysis}/redo`, {}, 404),
  [`POST ${analysis}/cancel`]: post(`${ofAnalysis}/cancel`, {}, 404),
  'GET /internal/v0/audit': get('/internal/v0/audit', 403),
  'GET /internal/v0/corrections': get('/internal/v0/corrections', 403),
  'POST /internal/v0/register/rebuild': withMethod(
    'POST',
    get('/internal/v0/register/rebuild', 403),
  ),
  'GET /internal/v0/register/rebuild': get('/internal/v0/register/rebuild', 403),
};

function withMethod(method: string, { request, ...route }: Route): Route {
  return { ...route, request: { ...request, method } };
}

/** What every process answers. */
export const ownRoutes = {
  'ALL /*': get('/nothing', 404),
  'GET /livez': get('/livez', 200),
  'GET /readyz': get('/readyz', 200),
  'GET /metrics': get('/metrics', 200),
};

export const uploadRoutes = (root: string, uploadId: string): Record<string, Route> => ({
  [`ALL ${root}/*`]: get(`${root}/nothing`, 404),
  [`POST ${root}/start`]: post(
    `${root}/start`,
    { filename: 'a.jpg', contentType: 'image/jpeg', bytes: 1, checksum },
    200,
  ),
  [`POST ${root}/renew`]: post(`${root}/renew`, { uploadId }, 200),
  // A token of ours; nothing was put there.
  [`POST ${root}/confirm`]: post(`${root}/confirm`, { uploadId, bytes: 1, checksum }, 404),
});

export const graphql = (target: string, token: string): Route => ({
  request: {
    method: 'POST',
    target,
    headers: {
      host: 'app.test',
      'content-type': 'application/json',
      authorization: `Bearer ${token}`,
    },
    body: Buffer.from(
      JSON.stringify({ query: 'query Q { feedCursors { started } }', variables: {} }),
    ),
  },
  reads: 'graphql',
  answers: 200,
});

/** Its pages answer people; the body of a login is a form, all the rest is oidc-provider's. */
export const identityRoutes = (host: string): Record<string, Route> => {
  const here = (target: string, answers: number) => get(target, answers, { host });
  /** A form that comes from nowhere: no page of the issuer has sent it. */
  const post = (target: string): Route => ({
    ...here(target, 403),
    request: { method: 'POST', target, headers: { host }, body: Buffer.from('{}') },
  });
  return {
    'GET /livez': here('/livez', 200),
    'GET /readyz': here('/readyz', 200),
    'GET /metrics': here('/metrics', 200),
    'ALL /*': here('/.well-known/openid-configuration', 200),
    'ALL /device': here('/device', 200),
    'GET /device': here('/device', 200),
    'POST /device': post('/device'),
    'ALL /session/*': here('/session/end', 404),
    'ALL /interaction/*': here('/interaction/none', 400),
    'GET /interaction/:uid': here('/interaction/none', 400),
    'POST /interaction/:uid': post('/interaction/none'),
  };
};

export const recognitionOrder = {
  correlationId,
  runId: 'run-1',
  owner,
  objectKey,
  contentType: 'image/jpeg',
  bytes: 1234,
  checksum,
};
