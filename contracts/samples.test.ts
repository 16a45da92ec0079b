import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { decodeEvent, encodeEvent, InvalidEventError } from './cloudevents.ts';
import { eventSchemas, type EventType } from './events.ts';

interface Sample {
  headers: Record<string, string>;
  data: Record<string, unknown>;
}

const folder = new URL('samples/', import.meta.url);
const read = (type: string) =>
  JSON.parse(readFileSync(new URL(`${type}.json`, folder), 'utf8')) as Sample;
const types = Object.keys(eventSchemas) as EventType[];

test('has one sample for each event', () => {
  expect(readdirSync(folder).sort()).toEqual(types.map((type) => `${type}.json`).sort());
});

describe.each(types)('%s', (type) => {
  const sample = read(type);
  const body = Buffer.from(JSON.stringify(sample.data));

  test('reads the sample as the event, and writes it back unchanged', () => {
    const event = decodeEvent(type, sample.headers, body);
    const prefix = 'ce_specversion' in sample.headers ? 'ce_' : 'cloudEvents_';
    const written = encodeEvent(event, prefix);
    expect(written.headers).toEqual(sample.headers);
    expect(JSON.parse(written.body.toString())).toEqual(sample.data);
  });

  test('names a missing field', () => {
    const { objectKey, ...rest } = sample.data;
    const without = Buffer.from(JSON.stringify(rest));
    expect(() => decodeEvent(type, sample.headers, without)).toThrow(InvalidEventError);
    expect(() => decodeEvent(type, sample.headers, without)).toThrow(/objectKey/);
  });
});

/** What an earlier version wrote without. */
const younger = { evidence: [], duplicateOf: null };

test.each(types.filter((type) => 'evidence' in read(type).data))(
  'reads %s of an earlier version, which has less',
  (type) => {
    const { headers, data } = read(type);
    const before = Object.entries(data).filter(([field]) => !(field in younger));
    const body = Buffer.from(JSON.stringify(Object.fromEntries(before)));
    expect(decodeEvent(type, headers, body).data).toMatchObject(younger);
  },
);
