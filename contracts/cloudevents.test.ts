import { describe, expect, test } from '@jest/globals';
import { CloudEvent, Kafka } from 'cloudevents';
import fc from 'fast-check';
import {
  createEvent,
  decodeEvent,
  encodeEvent,
  InvalidEventError,
  readAttributes,
  type Headers,
} from './cloudevents.ts';
import type { DomainEvent } from './events.ts';
import { failureCodes } from './failures.ts';
import { contentTypes, evidenceSources, mostEvidence } from './recognition.ts';

const hex = (length: number) => fc.stringMatching(new RegExp(`^[0-9a-f]{${length}}$`));
const instant = fc
  .date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString());
const objectKey = fc.uuid().map((uuid) => `images/2026/11/23/${uuid}.jpg`);
const words = fc
  .string({ minLength: 1, unit: 'grapheme', maxLength: 40 })
  .filter((text) => Buffer.byteLength(text) <= 255);

const extensions = fc.record(
  {
    correlationid: fc.uuid({ version: 7 }),
    owner: hex(32),
    runid: fc.uuid(),
    traceparent: fc.tuple(hex(32), hex(16)).map(([trace, span]) => `00-${trace}-${span}-01`),
  },
  { requiredKeys: ['correlationid', 'owner'] },
);

const uploaded = fc
  .record({
    id: words,
    subject: objectKey,
    time: instant,
    extensions,
    data: fc.record({
      uploadId: words,
      objectKey,
      contentType: fc.constantFrom(...contentTypes),
      bytes: fc.integer({ min: 1, max: 20 * 1024 * 1024 }),
      checksum: hex(64).map((digits) => `sha256:${digits}`),
      occurredAt: instant,
    }),
  })
  .map((given) => createEvent('tu.image.uploaded', given));

const completed = fc
  .record({
    id: words,
    subject: objectKey,
    time: instant,
    extensions,
    data: fc.record({
      objectKey,
      success: fc.boolean(),
      provider: fc.constant(null),
      aggregate: fc.constant(null),
      status: fc.constant(null),
      reasons: fc.array(words, { maxLength: 8 }),
      unsupportedFeatures: fc.array(words),
      evidence: fc.array(
        fc.record({
          source: fc.constantFrom(...evidenceSources),
          reason: words,
          box: fc.constant(null),
        }),
        { maxLength: mostEvidence },
      ),
      duplicateOf: fc.option(fc.constant('019a53c4-7c10-7d3a-9a52-1f0c3a7be001')),
      failure: fc.option(fc.record({ code: fc.constantFrom(...failureCodes), message: words })),
      startedAt: instant,
      completedAt: instant,
    }),
  })
  .map((given) => createEvent('analysis.completed', given));

const anyEvent: fc.Arbitrary<DomainEvent> = fc.oneof(uploaded, completed);
const prefix = fc.constantFrom('ce_' as const, 'cloudEvents_' as const);

const renamed = (headers: Headers, from: string, to: string) =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name.startsWith(from) ? to + name.slice(from.length) : name,
      value,
    ]),
  );

describe('an event', () => {
  test('reads an event as it was written, under either prefix', () => {
    fc.assert(
      fc.property(anyEvent, prefix, (event, prefix) => {
        const { headers, body } = encodeEvent(event, prefix);
        expect(decodeEvent(event.type, headers, body)).toEqual(event);
      }),
    );
  });

  test('reads an event under the prefix `cloudEvents:` too', () => {
    fc.assert(
      fc.property(anyEvent, (event) => {
        const { headers, body } = encodeEvent(event, 'cloudEvents_');
        expect(
          decodeEvent(event.type, renamed(headers, 'cloudEvents_', 'cloudEvents:'), body),
        ).toEqual(event);
      }),
    );
  });

  test('writes the same event for both brokers, but for the prefix', () => {
    fc.assert(
      fc.property(anyEvent, (event) => {
        const [kafka, rabbit] = [encodeEvent(event, 'ce_'), encodeEvent(event, 'cloudEvents_')];
        expect(renamed(kafka.headers, 'ce_', 'cloudEvents_')).toEqual(rabbit.headers);
        expect(kafka.body.equals(rabbit.body)).toBe(true);
      }),
    );
  });

  test('writes the bare JSON of the data as body, and the trace context without a prefix', () => {
    fc.assert(
      fc.property(anyEvent, prefix, (event, prefix) => {
        const { headers, body } = encodeEvent(event, prefix);
        expect(JSON.parse(body.toString('utf8'))).toEqual(event.data);
        expect(headers['content-type']).toBe('application/json');
        expect(headers['traceparent']).toBe(event.traceparent);
        expect(readAttributes(headers)['specversion']).toBe('1.0');
      }),
    );
  });

  test('keeps the source that the headers of an event name', () => {
    const [event] = fc.sample(uploaded, 1) as [DomainEvent<'tu.image.uploaded'>];
    const { headers, body } = encodeEvent(event, 'ce_');
    const read = decodeEvent(event.type, { ...headers, ce_source: 'urn:other' }, body);
    expect(read.source).toBe('urn:other');
  });
});

describe("the CloudEvents SDK's Kafka binding", () => {
  test('writes events that the CloudEvents SDK reads', () => {
    fc.assert(
      fc.property(anyEvent, (event) => {
        const { headers, body } = encodeEvent(event, 'ce_');
        const message = { headers, value: body.toString(), body: body.toString() };
        const read = Kafka.toEvent(message) as CloudEvent<unknown>;
        const { data, traceparent: _, ...attributes } = event;
        expect(read).toMatchObject({ ...attributes, specversion: '1.0' });
        expect(read.data).toEqual(data);
        expect(read.validate()).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  test('reads events that the CloudEvents SDK writes', () => {
    fc.assert(
      fc.property(anyEvent, (event) => {
        const { traceparent: _, ...untraced } = event;
        const written = Kafka.binary(
          new CloudEvent({ ...untraced, datacontenttype: 'application/json' }),
        );
        const body = Buffer.from(JSON.stringify(written.body));
        expect(decodeEvent(event.type, written.headers as Headers, body)).toEqual(untraced);
      }),
      { numRuns: 50 },
    );
  });
});

describe('an event that breaks its contract', () => {
  const [event] = fc.sample(uploaded, 1) as [DomainEvent<'tu.image.uploaded'>];
  const { headers, body } = encodeEvent(event, 'ce_');
  const faultsOf = (headers: Headers, body: Buffer) => {
    try {
      decodeEvent('tu.image.uploaded', headers, body);
    } catch (error) {
      if (error instanceof InvalidEventError) return error.message;
      throw error;
    }
    return '';
  };

  test.each(['specversion', 'id', 'source', 'type', 'time', 'correlationid', 'owner'])(
    'refuses an event without %s and names it',
    (attribute) => {
      const { [`ce_${attribute}`]: __, ...rest } = headers;
      expect(faultsOf(rest, body)).toContain(`${attribute}: `);
    },
  );

  test('names every fault of an event at once', () => {
    const faults = faultsOf(
      { ce_specversion: '0.3', ce_type: 'analysis.started', ce_owner: 'me@example.org' },
      Buffer.from('{"bytes":0,"checksum":"md5:1"}'),
    );
    for (const name of ['specversion', 'type', 'id', 'source', 'time', 'correlationid', 'owner'])
      expect(faults).toContain(`${name}: `);
    for (const field of ['uploadId', 'objectKey', 'contentType', 'bytes', 'checksum', 'occurredAt'])
      expect(faults).toContain(`${field}: `);
  });

  test('throws InvalidEventError for any headers and any body, never another error', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.string()), fc.uint8Array(), (headers, bytes) => {
        expect(faultsOf(headers, Buffer.from(bytes))).toContain('not a valid tu.image.uploaded');
      }),
    );
  });

  test('refuses an event whose time is invalid', () => {
    expect(faultsOf({ ...headers, ce_time: 'yesterday' }, body)).toContain('time: must be');
  });

  test('refuses an event with an id that AMQP cannot carry, or a body that Temporal would refuse', () => {
    expect(faultsOf({ ...headers, ce_id: 'é'.repeat(128) }, body)).toContain('id: over 255 bytes');
    const padded = Buffer.concat([body, Buffer.alloc(256 * 1024, ' ')]); // still JSON
    expect(faultsOf(headers, padded)).toContain('bytes are over 262144');
  });

  test('refuses an event whose body is not JSON', () => {
    expect(faultsOf(headers, Buffer.from('<xml/>'))).toContain('body: ');
  });
});
