// The table of hostile events: each row spoils the headers or the body of one that is good.
import type { DomainEvent } from '../../../contracts/events.ts';
import { encodeEvent, type AttributePrefix, type Headers } from '../../../contracts/cloudevents.ts';

export interface EncodedEvent {
  readonly headers: Headers;
  readonly body: Buffer;
}

type Spoil = (good: EncodedEvent, prefix: AttributePrefix) => EncodedEvent;

const body =
  (make: (good: Buffer) => Buffer | string): Spoil =>
  ({ headers, body }) => ({ headers, body: Buffer.from(make(body) as Buffer) });
const data = (more: (good: Record<string, unknown>) => object): Spoil =>
  body((good) => JSON.stringify(more(JSON.parse(good.toString()) as Record<string, unknown>)));
const attribute =
  (name: string, value: string): Spoil =>
  ({ headers, body }, prefix) => ({ headers: { ...headers, [prefix + name]: value }, body });
const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
const everyField = (value: unknown): Spoil =>
  data((good) => Object.fromEntries(Object.keys(good).map((name) => [name, value])));

/** No consumer of ours may believe these. */
const spoils: Readonly<Record<string, Spoil>> = {
  'no headers': ({ body }) => ({ headers: {}, body }),
  'attributes without their prefix': ({ headers, body }, prefix) => ({
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name.replace(prefix, ''), value]),
    ),
    body,
  }),
  'headers of noise': ({ body }) => ({
    headers: { ['__proto__']: 'x', constructor: 'y', '': 'z', '\0': '\ud800', ce_: '1' },
    body,
  }),
  'attributes named after the prototype': ({ body }, prefix) => ({
    headers: { [`${prefix}__proto__`]: 'x', [`${prefix}constructor`]: 'y' },
    body,
  }),
  'another version': attribute('specversion', '0.3'),
  'a version of noise': attribute('specversion', '1.0\0'),
  'another type': attribute('type', 'tu.image.deleted'),
  'no id': attribute('id', ''),
  'a time of noise': attribute('time', 'yesterday'),
  'a time beyond all years': attribute('time', '+999999-01-01T00:00:00Z'),
  'an owner of noise': attribute('owner', "' OR 1=1 --"),
  'an owner in capitals': attribute('owner', 'A'.repeat(32)),
  'an owner of a megabyte': attribute('owner', 'a'.repeat(1_000_000)),
  'a correlationId of noise': attribute('correlationid', '../../etc/passwd'),
  'a correlationId of another version': attribute(
    'correlationid',
    '4f0f4b5e-6f36-4c0e-9a5e-2f1f6a0b7c11',
  ),
  'an empty runId': attribute('runid', ''),
  'an empty body': body(() => ''),
  'no JSON': body(() => '{"objectKey":'),
  'JSON null': body(() => 'null'),
  'a JSON number': body(() => '1e999'),
  'a JSON text': body(() => '"objectKey"'),
  'a JSON array': body((good) => `[${good.toString()}]`),
  'an empty object': body(() => '{}'),
  'only __proto__': body((good) => `{"__proto__":${good.toString()}}`),
  'arrays nested 100,000 deep': body(() => nested(100_000)),
  'nulls in every field': everyField(null),
  'objects in every field': everyField({ toString: 1, length: -1 }),
  'numbers in every field': everyField(1e300),
  'NUL in every field': everyField('\0'),
  'lone surrogates in every field': everyField('\ud800'),
  'deep nesting in every field': body((good) => {
    const names = Object.keys(JSON.parse(good.toString()) as object);
    return `{${names.map((name) => `"${name}":${nested(5_000)}`).join(',')}}`;
  }),
  'as many faults as fit into a record of Kafka': data((good) => ({
    ...good,
    objectKey: 1,
    unsupportedFeatures: Array(400_000).fill(1),
  })),
  'invalid UTF-8': body((good) =>
    Buffer.concat([
      good.subarray(0, -1),
      Buffer.from(',"note":"'),
      Buffer.of(0xff, 0xc0),
      Buffer.from('"}'),
    ]),
  ),
  'UTF-16': body((good) => Buffer.from(good.toString(), 'utf16le')),
  zeros: body(() => Buffer.alloc(1_000)),
  'an object key that climbs': data((good) => ({ ...good, objectKey: 'images/../../secret.jpg' })),
  'an object key with a line behind it': data((good) => ({
    ...good,
    objectKey: `${String(good['objectKey'])}\n`,
  })),
};

/** Every row, spoiled from this event. */
export const hostileEvents = (
  event: DomainEvent,
  prefix: AttributePrefix,
): (EncodedEvent & { readonly name: string })[] =>
  Object.entries(spoils).map(([name, spoil]) => ({
    name,
    ...spoil(encodeEvent(event, prefix), prefix),
  }));
