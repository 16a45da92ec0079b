// What is almost right: one field of a good request replaced. Refused with that field named.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { contentTypes, maximumImageBytes, readContentType } from '../../../contracts/photos.ts';
import { openApps, type ServedApps } from '../../support/hostile-input/apps.ts';

type Fields = Readonly<Record<string, unknown>>;

let apps: ServedApps;
beforeAll(async () => {
  apps = await openApps();
});
afterAll(() => apps.close());

const hex = (length: number) => fc.stringMatching(new RegExp(`^[0-9a-f]{${length}}$`));
const uuidv7 = fc.uuid({ version: 7 });
const anything = fc.string({ unit: 'binary', maxLength: 60 });

/** Of the wrong type, whatever the field is; `undefined` leaves it out. */
const otherTypes = [undefined, null, true, [], {}, ['a'], { $ne: '' }] as const;
const noText = fc.oneof(fc.constantFrom(...otherTypes), fc.double());
const noNumber = fc.oneof(fc.constantFrom(...otherTypes), anything);
/** A text in which one character is lost, doubled or another one. */
const spoiled = (good: fc.Arbitrary<string>) =>
  fc
    .tuple(good, fc.nat(), fc.constantFrom('', '\n', '\0', 'G', '\ud800', 'Ａ', '-'))
    .map(([text, at, other]) => {
      const place = at % text.length;
      return text.slice(0, place) + other + text.slice(place + 1);
    });

const good = {
  objectKey: fc
    .tuple(fc.date({ noInvalidDate: true, min: new Date(0), max: new Date('2100') }), uuidv7)
    .map(([day, id]) => `images/${day.toISOString().slice(0, 10).replaceAll('-', '/')}/${id}.jpg`),
  contentType: fc.constantFrom(...contentTypes),
  checksum: hex(64).map((digits) => `sha256:${digits}`),
  owner: hex(32),
  bytes: fc.integer({ min: 1, max: maximumImageBytes }),
};
const bad = {
  objectKey: fc.oneof(noText, anything, spoiled(good.objectKey)),
  contentType: fc
    .oneof(noText, anything, spoiled(good.contentType))
    .filter((type) => typeof type !== 'string' || readContentType(type) === undefined), // not image/jpg
  checksum: fc.oneof(noText, anything, spoiled(good.checksum)),
  owner: fc.oneof(noText, anything, spoiled(good.owner)),
  correlationId: fc.oneof(noText, anything, fc.uuid({ version: 4 }), spoiled(uuidv7)),
  bytes: fc.oneof(
    noNumber,
    fc.constantFrom(0, -1, -0, 1.5, 1e300, Number.MAX_SAFE_INTEGER + 1),
    fc.integer({ max: 0 }),
  ),
};

const badTicket = fc.oneof(noText, anything, fc.constant('a'.repeat(4_097)), spoiledTicket());

/** NaN and the infinities are null in JSON. */
const isGiven = (value: unknown) => value !== undefined && JSON.stringify(value) !== 'null';

interface NearlyGood {
  readonly appName: string;
  readonly route: string;
  readonly good: fc.Arbitrary<Fields>;
  /** What a good one is answered. */
  readonly answers: number;
  readonly bad: Readonly<Record<string, fc.Arbitrary<unknown>>>;
}

const calls: readonly NearlyGood[] = [
  ...['/v1/uploads', '/uploads'].flatMap((root): NearlyGood[] => [
    {
      appName: 'ingestion',
      route: `POST ${root}/start`,
      good: fc.record({
        filename: fc
          .string({ unit: 'grapheme', minLength: 1, maxLength: 60 })
          .filter((name) => name.trim() !== ''),
        contentType: good.contentType,
        bytes: good.bytes,
        checksum: good.checksum,
      }),
      answers: 200,
      bad: {
        filename: fc.oneof(noText, fc.constantFrom('', ' \t\n', 'a'.repeat(256))),
        contentType: bad.contentType,
        // One left out is another refusal than one that is wrong.
        bytes: bad.bytes.filter(isGiven),
        checksum: bad.checksum.filter(isGiven),
      },
    },
    {
      appName: 'ingestion',
      route: `POST ${root}/renew`,
      good: fc.constant({}), // the token of the table
      answers: 200,
      bad: { uploadId: badTicket },
    },
    {
      appName: 'ingestion',
      route: `POST ${root}/confirm`,
      good: fc.constant({}), // the token of the table, and what it declares
      answers: 404,
      bad: {
        uploadId: badTicket,
        bytes: bad.bytes,
        checksum: bad.checksum,
      },
    },
  ]),
  {
    appName: 'media access',
    route: 'POST /internal/v0/media/get-url',
    good: fc.record({ objectKey: good.objectKey }),
    answers: 200,
    bad: { objectKey: bad.objectKey },
  },
  {
    appName: 'vision adapter',
    route: 'POST /v1/recognitions',
    good: fc.record({
      ...good,
      correlationId: uuidv7,
      runId: fc.string({ minLength: 1, maxLength: 60 }),
      attempt: fc.integer({ min: 1, max: 1_000_000 }),
      scheduledAt: fc.date({ noInvalidDate: true, min: new Date(0), max: new Date('2100') }),
    }),
    answers: 200,
    bad: {
      ...bad,
      runId: fc.oneof(noText, fc.constant('')),
      // Both may be left out: an older worker does not know them.
      attempt: bad.bytes.filter((value) => value !== undefined),
      scheduledAt: fc.oneof(noText, anything).filter((value) => value !== undefined),
    },
  },
];

/** Three parts in the alphabet of a JWS, signed by nobody. */
function spoiledTicket() {
  const part = fc.stringMatching(/^[A-Za-z0-9_-]{1,80}$/);
  const header = fc.constantFrom('{"alg":"none"}', '{"alg":"HS256"}', '{"alg":"RS256"}', '{', '[]');
  const encoded = header.map((text) => Buffer.from(text).toString('base64url'));
  return fc.tuple(fc.oneof(encoded, part), part, part).map((parts) => parts.join('.'));
}

describe.each(calls)('$route', ({ appName, route, good, answers, bad }) => {
  const send = async (fields: Fields) => {
    const { app, routes } = apps.named(appName);
    const { request } = routes[route] ?? {};
    if (request?.body === undefined) throw new Error(`no such route: ${route}`);
    const body = { ...(JSON.parse(request.body.toString()) as Fields), ...fields };
    return app.request(request.target, { ...request, body: JSON.stringify(body) });
  };

  test('accepts a valid request', async () => {
    await fc.assert(
      fc.asyncProperty(good, async (fields) => {
        expect((await send(fields)).status).toBe(answers);
      }),
    );
  });

  test.each(Object.keys(bad))('names %s when only that is invalid', async (field) => {
    await fc.assert(
      fc.asyncProperty(good, bad[field] ?? fc.constant(null), async (fields, value) => {
        fc.pre(!isGood(field, value));
        const answer = await send({ ...fields, [field]: value });
        const { errors } = (await answer.json()) as { errors?: Fields };
        expect({ status: answer.status, fields: Object.keys(errors ?? {}) }).toEqual({
          status: 422,
          fields: [field],
        });
      }),
    );
  });
});

/** A spoiled one may be as good as before. */
const patterns: Readonly<Record<string, RegExp>> = {
  objectKey: /^images\/\d{4}\/\d\d\/\d\d\/[0-9a-f-]{36}\.[a-z0-9]{2,5}$/,
  contentType: /^image\/[a-z0-9][a-z0-9.+-]{0,40}$/,
  checksum: /^sha256:[0-9a-f]{64}$/,
  owner: /^[0-9a-f]{32}$/,
  correlationId: /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i,
};
const isGood = (field: string, value: unknown) =>
  typeof value === 'string' && (patterns[field]?.test(value) ?? false);

describe('GET /v1/analyses/{correlationId}', () => {
  const owner = '5d41402abc4b2a76b9719d911017c592';
  const find = (id: string, who = owner) =>
    apps.named('orchestrator').app.request(`/v1/analyses/${encodeURIComponent(id)}`, {
      headers: { authorization: 'Bearer the-internal-token', 'trackunit-owner': who },
    });

  test('refuses an owner of noise in the header, and answers 404 for an analysis of noise', async () => {
    const ascii = fc.string({ maxLength: 40 }).map((text) => text.replaceAll(/[^\x21-\x7e]/g, ''));
    await fc.assert(
      fc.asyncProperty(ascii, async (text) => {
        expect((await find('x', text)).status).toBe(422);
        expect((await find(`x${text}`)).status).toBe(404);
      }),
    );
  });
});
