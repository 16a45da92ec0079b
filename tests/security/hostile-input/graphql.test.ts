// GraphQL that no client of ours would send: documents and variables of noise, spoiled ones, bombs.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { openApps, type ServedApps } from '../../support/hostile-input/apps.ts';

const withinMs = 5_000;
let apps: ServedApps;
let url: string;
let headers: Record<string, string>;
beforeAll(async () => {
  apps = await openApps();
  const { port, routes } = apps.named('gateway');
  url = `http://127.0.0.1:${port}/graphql`;
  headers = { ...routes['ALL /graphql']?.request.headers, 'content-type': 'application/json' };
});
afterAll(() => apps.close());

const correlationId = '019a53c4-7c10-7d3a-9a52-1f0c3a7be001';

/** Documents that hold, with variables that fit: what is spoiled below. */
const goodRequests = [
  { query: '{ ping }' },
  {
    query: 'query ($id: ID!) { analysis(correlationId: $id) { state } }',
    variables: { id: correlationId },
  },
  {
    query:
      'query P($first: Int = 3, $after: ID) { analyses(first: $first, after: $after) { edges { cursor node { ...S } } pageInfo { hasNextPage } } } fragment S on Analysis { state failure { code message } }',
    variables: { first: 5 },
    operationName: 'P',
  },
  {
    query:
      'mutation ($f: String!, $b: Int, $c: String) { startUpload(filename: $f, contentType: "image/png", bytes: $b, checksum: $c) { correlationId imageUploadPayload { uploadId putUrl headers { name value } } } }',
    variables: { f: 'a.png', b: 1, c: `sha256:${'a'.repeat(64)}` },
  },
  {
    query: 'mutation ($u: String!) { renewUpload(uploadId: $u) { correlationId } }',
    variables: { u: 't' },
  },
  {
    query:
      'mutation ($bytes: Int!) { confirmUpload(uploadId: "t", bytes: $bytes, checksum: """sha256:""") { status } }',
    variables: { bytes: 1 },
  },
  {
    query: 'subscription ($id: ID) { onAnalysisStarted(correlationId: $id) { eventId cursor } }',
    variables: { id: correlationId },
  },
  {
    query:
      'subscription ($after: ID) { onAnalysisCompleted(after: $after) { success failure { code } } }',
    variables: { after: 'YWZ0ZXI' },
  },
] as const;

interface Fault {
  readonly message?: string;
  readonly extensions?: { readonly code?: string };
}

/** Why the answer is not as promised; undefined where it is. */
async function faultIn(body: string, accept = 'application/json'): Promise<string | undefined> {
  const leave = new AbortController();
  const deadline = setTimeout(() => leave.abort(new Error('hangs')), withinMs);
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { ...headers, accept },
      body,
      signal: leave.signal,
    });
    const isStream = (answer.headers.get('content-type') ?? '').startsWith('text/event-stream');
    if (answer.status >= 500) return `${answer.status} ${await answer.text()}`;
    return faultOfErrors(isStream ? await firstResult(answer, leave) : await answer.text());
  } catch (error) {
    return (error as Error).message;
  } finally {
    clearTimeout(deadline);
  }
}

/** Of a stream: its first `next`, or nothing where it waits for events, as a subscription may. */
async function firstResult(answer: Response, leave: AbortController): Promise<string> {
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  const silence = setTimeout(() => void reader?.cancel(), 100);
  for (let part = await reader?.read(); part?.done === false; part = await reader?.read()) {
    text += part.value;
    if (/^data: .*\n/m.test(text)) break;
  }
  clearTimeout(silence);
  leave.abort();
  return /^data: (.+)$/m.exec(text)?.[1] ?? '{"data":null}';
}

/** Every error has a sentence and a code, and none is a fault of ours. */
function faultOfErrors(text: string): string | undefined {
  const { errors, data } = JSON.parse(text) as { errors?: Fault[]; data?: unknown };
  if (errors === undefined)
    return data === undefined ? `neither data nor errors: ${text}` : undefined;
  const isClear = ({ message, extensions }: Fault) =>
    Boolean(message) && Boolean(extensions?.code) && extensions?.code !== 'INTERNAL';
  return errors.length > 0 && errors.every(isClear) ? undefined : text;
}

const accepts = fc.constantFrom(
  'application/json',
  'application/graphql-response+json',
  'text/event-stream',
  '*/*',
);
const runs = { numRuns: 150 };
const noise = fc.string({ unit: 'binary', maxLength: 80 });
const words = fc
  .array(
    fc.constantFrom(
      ...[
        'query',
        'mutation',
        'subscription',
        'fragment',
        'on',
        'Query',
        '{',
        '}',
        '(',
        ')',
        '$',
        '!',
      ],
      ...[
        '...',
        ':',
        '=',
        '@',
        'skip',
        'if',
        '[',
        ']',
        '"',
        '"""',
        '#',
        '\n',
        ',',
        'null',
        'true',
        '-1',
      ],
      ...[
        'ping',
        'analysis',
        'analyses',
        'startUpload',
        'renewUpload',
        'onAnalysisStarted',
        '__typename',
        '__schema',
      ],
      ...[
        '__proto__',
        'constructor',
        '1e999',
        '"\\ud800"',
        '\ufeff',
        '\0',
        '&',
        '|',
        '@defer',
        '@stream',
      ],
    ),
    { maxLength: 40 },
  )
  .map((all) => all.join(' '));
const goodOne = fc.constantFrom(...goodRequests);

describe('errors have a code, and come in time', () => {
  test('answers documents of noise with coded errors in time', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(noise, words), accepts, async (query, accept) => {
        expect(await faultIn(JSON.stringify({ query }), accept)).toBeUndefined();
      }),
      runs,
    );
  });

  test('answers good documents with a piece lost, doubled or moved with coded errors in time', async () => {
    const spoiled = fc
      .tuple(goodOne, fc.nat(), fc.nat(20), fc.oneof(noise, words, fc.constant('')))
      .map(([good, place, length, other]) => {
        const at = place % good.query.length;
        const query = good.query.slice(0, at) + other + good.query.slice(at + length);
        return { ...good, query };
      });
    await fc.assert(
      fc.asyncProperty(spoiled, accepts, async (request, accept) => {
        expect(await faultIn(JSON.stringify(request), accept)).toBeUndefined();
      }),
      runs,
    );
  });

  test('answers variables of any shape with coded errors in time', async () => {
    const value = fc.oneof(
      fc.jsonValue(),
      noise,
      fc.constantFrom(2 ** 31, -(2 ** 31) - 1, 1e300, 0.5, '\ud800', '\0', 'a'.repeat(20_000)),
      fc
        .nat(2_000)
        .map((depth): unknown => JSON.parse(`${'['.repeat(depth)}1${']'.repeat(depth)}`)),
    );
    const spoiled = fc.tuple(goodOne, value, fc.boolean()).map(([good, other, whole]) => {
      const names = Object.keys('variables' in good ? good.variables : { any: 1 });
      return {
        ...good,
        variables: whole ? other : Object.fromEntries(names.map((name) => [name, other])),
      };
    });
    await fc.assert(
      fc.asyncProperty(spoiled, accepts, async (request, accept) => {
        expect(await faultIn(JSON.stringify(request), accept)).toBeUndefined();
      }),
      runs,
    );
  });

  test('answers requests of any other shape with coded errors in time', async () => {
    const request = fc.record(
      {
        query: fc.oneof(fc.constant('{ ping }'), fc.jsonValue()),
        operationName: fc.jsonValue(),
        variables: fc.jsonValue(),
        extensions: fc.jsonValue(),
        __proto__: fc.jsonValue(),
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(fc.oneof(request, fc.jsonValue()), accepts, async (asked, accept) => {
        expect(await faultIn(JSON.stringify(asked), accept)).toBeUndefined();
      }),
      runs,
    );
  });
});

const fragments = (count: number) =>
  Array.from(
    { length: count },
    (_, n) => `fragment F${n} on Query { ...F${n + 1} ...F${n + 1} }`,
  ).join(' ');

test.each([
  ['fields nested 5,000 deep', '{ a '.repeat(5_000)],
  ['brackets nested 30,000 deep', '['.repeat(30_000)],
  [
    'a list value nested 400 deep',
    `{ analyses(after: ${'['.repeat(400)}${']'.repeat(400)}) { edges { cursor } } }`,
  ],
  ['a type nested 450 deep', `query ($a: ${'['.repeat(450)}ID${']'.repeat(450)}) { ping }`],
  ['a thousand aliases', `{ ${Array.from({ length: 1_000 }, (_, n) => `a${n}: ping`).join(' ')} }`],
  [
    '60 aliases of one call',
    `mutation { ${Array.from({ length: 60 }, (_, n) => `a${n}: startUpload(filename: "a", contentType: "b") { correlationId }`).join(' ')} }`,
  ],
  ['fragments that double 40 times', `{ ...F0 } ${fragments(40)} fragment F40 on Query { ping }`],
  ['fragments in a circle', '{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }'],
  ['inline fragments nested 300 deep', `{ ${'... { '.repeat(300)} ping ${'}'.repeat(301)}`],
  ['a field that conflicts in many ways', `{ ${'feedCursors { started } '.repeat(240)} }`],
  ['480 directives', `{ ping ${'@a '.repeat(480)} }`],
  [
    '240 variables',
    `query (${Array.from({ length: 240 }, (_, n) => `$v${n}: ID`).join(' ')}) { ping }`,
  ],
  ['a list of 950', `{ analyses(after: [${'1 '.repeat(950)}]) { edges { cursor } } }`],
  ['a text of 30,000 letters', `{ analysis(correlationId: "${'a'.repeat(30_000)}") { state } }`],
  ['a number of 10,000 digits', `{ analyses(first: ${'9'.repeat(10_000)}) { edges { cursor } } }`],
  ['a name of 30,000 letters', `{ ${'a'.repeat(30_000)} }`],
  ['a comment of 30,000 letters', `# ${'a'.repeat(30_000)}`],
  ['ten operations of no name', '{ ping } '.repeat(10)],
  ['fifty operations of one name', 'query A { ping } '.repeat(50)],
  ['a schema', 'type Query { ping: String } extend type Query { pong: String }'],
  [
    'introspection nested deep',
    `{ __schema { types { ${'ofType { '.repeat(100)} name ${'}'.repeat(100)} } } }`,
  ],
])('answers %s clearly and in time', async (_, query) => {
  for (const accept of ['application/json', 'text/event-stream']) {
    expect(await faultIn(JSON.stringify({ query }), accept)).toBeUndefined();
  }
});
