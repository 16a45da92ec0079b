import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createEvent, encodeEvent } from '../../contracts/cloudevents.ts';
import { sampleRecord } from '../../tests/support/messaging-bridge/record-samples.ts';
import { maximumBodyBytes, translateRecord } from './translate-record.ts';

function messageOf(record: Parameters<typeof translateRecord>[0]) {
  const translation = translateRecord(record, 'photos-exchange');
  if ('message' in translation) return translation.message;
  throw new Error(translation.unpublishable);
}

describe('a record that can be published', () => {
  test('translates CloudEvents attributes to their AMQP headers and properties', () => {
    const record = sampleRecord({ offset: '41' });
    expect(messageOf(record)).toEqual({
      exchange: 'photos-exchange',
      messageId: 'id-41',
      type: 'photo.taken',
      timestamp: new Date('2026-05-04T03:02:01Z'),
      body: record.value,
      headers: {
        cloudEvents_id: 'id-41',
        cloudEvents_type: 'photo.taken',
        cloudEvents_time: '2026-05-04T03:02:01Z',
        'kafka-topic': 'photos',
        'kafka-partition': '2',
        'kafka-consumed-at': expect.stringMatching(/^\d{4}-.*Z$/),
        'kafka-offset': '41',
      },
    });
  });

  test('takes the time of Kafka where ce_time is missing or invalid', () => {
    for (const time of [{}, { ce_time: 'yesterday' }])
      expect(messageOf(sampleRecord({ headers: { ce_id: '1', ...time } })).timestamp).toEqual(
        new Date('2026-05-04T03:02:09Z'),
      );
  });

  test('keeps any other header and any body unchanged', () => {
    const name = fc
      .string({ minLength: 1, maxLength: 20 })
      .filter((name) => !/^(ce_|kafka-)/.test(name));
    const others = fc.dictionary(name, fc.string({ maxLength: 50 }), { maxKeys: 20 });
    fc.assert(
      fc.property(others, fc.uint8Array(), (headers, body) => {
        const given = {
          traceparent: '00-1-2-01',
          once_ce_twice: 'x',
          ['__proto__']: 'x',
          ...headers,
        };
        const message = messageOf(
          sampleRecord({ headers: { ...given, ce_id: '1' }, value: Buffer.from(body) }),
        );
        expect(Object.entries(message.headers)).toEqual(
          expect.arrayContaining(Object.entries(given)),
        );
        expect(message.body.equals(Buffer.from(body))).toBe(true);
      }),
    );
  });

  test('neither loses nor invents an attribute, whatever its name', () => {
    const attributes = fc.dictionary(fc.stringMatching(/^[a-z0-9]{1,20}$/), fc.string());
    fc.assert(
      fc.property(attributes, (given) => {
        const all = { id: '1', ...given, ...(given['id'] === '' ? { id: '1' } : {}) };
        const headers = Object.fromEntries(
          Object.entries(all).map(([name, value]) => [`ce_${name}`, value]),
        );
        const mapped = Object.entries(messageOf(sampleRecord({ headers })).headers)
          .filter(([name]) => name.startsWith('cloudEvents_'))
          .map(([name, value]) => [name.slice('cloudEvents_'.length), value]);
        expect(Object.fromEntries(mapped)).toEqual(all);
      }),
    );
  });
});

test('translates an event encoded for Kafka into the event as encoded for RabbitMQ', () => {
  const event = createEvent('analysis.started', {
    id: '1:started',
    subject: 'images/1',
    extensions: { correlationid: 'c', owner: 'o', traceparent: '00-1-2-01' },
    data: { objectKey: 'images/1', startedAt: '2026-05-04T03:02:01Z' },
  });
  const written = encodeEvent(event, 'ce_');
  const { headers, body } = messageOf(
    sampleRecord({ headers: written.headers, value: written.body }),
  );
  expect(headers).toMatchObject(encodeEvent(event, 'cloudEvents_').headers);
  expect(body).toEqual(written.body);
});

describe('a record that cannot be published', () => {
  test.each([
    ['without a value', { value: null }, 'no value'],
    ['without a CloudEvents id', { headers: { ce_type: 'photo.taken' } }, 'no CloudEvents id'],
    ['with a body over the limit', { value: Buffer.alloc(maximumBodyBytes + 1) }, 'body too large'],
    [
      'with headers over 58 KiB',
      { headers: { ce_id: '1', big: 'x'.repeat(59_392) } },
      'headers too large',
    ],
    [
      'with headers over 58 KiB in UTF-8',
      { headers: { ce_id: '1', b: 'ü'.repeat(30_000) } },
      'headers too large',
    ],
    [
      'with a header name over 255 bytes',
      { headers: { ce_id: '1', ['n'.repeat(256)]: 'x' } },
      'too long: at most 255',
    ],
    ['with a header CC, a text', { headers: { ce_id: '1', CC: 'x' } }, 'without it'],
    ['with a header BCC, a text', { headers: { ce_id: '1', BCC: 'x' } }, 'without it'],
  ])('refuses a record %s', (_, given, reason) => {
    expect(translateRecord(sampleRecord(given), 'x')).toEqual({
      unpublishable: expect.stringContaining(reason),
    });
  });
});
