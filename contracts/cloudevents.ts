// CloudEvents 1.0, binary content mode: attributes in headers, the bare JSON body as payload.
// Kafka: Kafka Protocol Binding 1.0.2, prefix `ce_`. RabbitMQ: AMQP Protocol Binding 1.0.2, prefix
// `cloudEvents_` (preferred) or `cloudEvents:`; AMQP 0-9-1 has no official binding, so the same
// attributes stand in its headers.
import {
  eventSchemas,
  eventSources,
  extensionsSchema,
  type DomainEvent,
  type EventData,
  type EventType,
  type Extensions,
} from './events.ts';

export type AttributePrefix = 'ce_' | 'cloudEvents_';
export type Headers = Readonly<Record<string, string>>;

/**
 * The longest body of an event: a hundred times what ours have. Far above it Temporal refuses a
 * message as if it were overloaded (4 MB), and one that is tried again for ever stops its queue.
 */
const maximumEventBytes = 256 * 1024;

/** Bytes of the longest id, source or time; an id goes on as an AMQP short string. */
const longestAttribute = 255;

/** An event that breaks its contract; no retry can repair it. */
export class InvalidEventError extends Error {
  override readonly name = 'InvalidEventError';
  readonly code = 'INVALID_EVENT';
}

export function createEvent<T extends EventType>(
  type: T,
  event: { id: string; subject: string; extensions: Extensions; data: EventData<T>; time?: string },
): DomainEvent<T> {
  const { correlationid, owner, ...optional } = event.extensions;
  return {
    id: event.id,
    source: eventSources[type],
    type,
    subject: event.subject,
    time: event.time ?? new Date().toISOString(),
    correlationid,
    owner,
    // Left out, not undefined: other CloudEvents libraries refuse an attribute without a value.
    ...definedOf(optional),
    data: event.data,
  };
}

const definedOf = <Attributes extends object>(attributes: Attributes) =>
  Object.fromEntries(
    Object.entries(attributes).filter(([, value]) => value !== undefined),
  ) as Attributes;

/** The event as headers with the broker's prefix and a UTF-8 JSON body. */
export function encodeEvent(
  event: DomainEvent,
  prefix: AttributePrefix,
): { headers: Record<string, string>; body: Buffer } {
  const { data, traceparent, ...attributes } = event;
  const headers: Record<string, string> = { [`${prefix}specversion`]: '1.0' };
  for (const [name, value] of Object.entries(attributes))
    if (value !== undefined) headers[prefix + name] = value;
  if (traceparent !== undefined) headers['traceparent'] = traceparent; // W3C name, never prefixed
  headers['content-type'] = 'application/json';
  return { headers, body: Buffer.from(JSON.stringify(data)) };
}

/**
 * Reads an event of the expected type from either broker's headers.
 *
 * @throws {InvalidEventError} says every attribute and field that is missing or wrong, up to 30.
 */
export function decodeEvent<T extends EventType>(
  type: T,
  headers: Headers,
  body: Buffer,
): DomainEvent<T> {
  const attributes = readAttributes(headers);
  const faults: string[] = [];
  if (attributes['specversion'] !== '1.0') faults.push('specversion: must be 1.0');
  if (attributes['type'] !== type) faults.push(`type: must be ${type}`);
  for (const name of ['id', 'source', 'time'] as const) {
    if (!attributes[name]) faults.push(`${name}: missing`);
    else if (Buffer.byteLength(attributes[name]) > longestAttribute)
      faults.push(`${name}: over ${longestAttribute} bytes`);
  }
  if (attributes['time'] && Number.isNaN(Date.parse(attributes['time'])))
    faults.push('time: must be RFC 3339');

  const extensions = extensionsSchema.safeParse(attributes);
  for (const issue of extensions.error?.issues ?? []) faults.push(issueLine(issue));
  const data = eventSchemas[type].safeParse(parseJson(body, faults));
  for (const issue of data.error?.issues ?? []) faults.push(issueLine(issue));
  if (faults.length > 0 || !extensions.success || !data.success)
    throw new InvalidEventError(`not a valid ${type}: ${summaryOf(faults)}`);

  const event = createEvent(type, {
    id: attributes['id'] ?? '',
    subject: attributes['subject'] ?? '',
    extensions: extensions.data,
    data: data.data as EventData<T>,
    time: attributes['time'] ?? '',
  });
  return { ...event, source: attributes['source'] ?? event.source };
}

/** CloudEvents attributes without their prefix, whichever broker the headers come from. */
export function readAttributes(headers: Headers): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (const [header, value] of Object.entries(headers)) {
    const name = /^(?:ce_|cloudEvents[_:])(.+)$/.exec(header)?.[1];
    if (name !== undefined) attributes[name] = value;
    if (header === 'traceparent') attributes['traceparent'] = value;
  }
  return attributes;
}

/** Strict: with replacement characters it would be read as another event than the one sent. */
function parseJson(body: Buffer, faults: string[]): unknown {
  if (body.length > maximumEventBytes) {
    faults.push(`body: ${body.length} bytes are over ${maximumEventBytes}`);
    return undefined;
  }
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch (error) {
    faults.push(`body: ${(error as Error).message}`);
    return undefined;
  }
}

/** It travels as a header of the dead letter, where 64 KiB hold everything: an array can have any number. */
function summaryOf(faults: readonly string[]): string {
  const rest = faults.length - faultsShown;
  return [...faults.slice(0, faultsShown), ...(rest > 0 ? [`and ${rest} more`] : [])].join('; ');
}

const faultsShown = 30;

const issueLine = (issue: { path: PropertyKey[]; message: string }) =>
  `${issue.path.join('.') || 'data'}: ${issue.message}`;
