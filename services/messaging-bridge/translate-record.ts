import { undecodableHeader } from '../../platform/kafka/guard-batches.ts';
import type { ConsumedRecord } from '../../platform/kafka/kafka-consumer.ts';
import type { RabbitMessage } from '../../platform/rabbitmq/rabbitmq.ts';

/** RabbitMQ's own limit since 4.0 (`max_message_size`): above it the broker closes the channel. */
export const maximumBodyBytes = 16 * 1024 * 1024;

/** RabbitMQ reads them as more routing keys, and closes the channel when they are a text. */
const routingHeaders = ['CC', 'BCC'];

/** amqplib encodes at most 64 KiB as one header table, and a dead letter adds its reason. */
const maximumHeaderBytes = 58 * 1024;

/** A short string of AMQP 0-9-1. */
const maximumNameBytes = 255;

type Translation = { readonly message: RabbitMessage } | { readonly unpublishable: string };

/**
 * The record as RabbitMQ carries it: `ce_*` attributes as `cloudEvents_*`, all other headers and the
 * body unchanged; where it came from as `kafka-topic`, `kafka-partition`, `kafka-offset`, and when it was
 * read there as `kafka-consumed-at`.
 */
export function translateRecord(record: ConsumedRecord, exchange: string): Translation {
  const { value } = record;
  const messageId = record.headers['ce_id'] ?? '';
  if (value === null)
    return { unpublishable: record.headers[undecodableHeader] ?? 'the record has no value' };
  if (value.length > maximumBodyBytes)
    return {
      unpublishable: `body too large: ${value.length} bytes, at most ${maximumBodyBytes} allowed`,
    };
  if (messageId === '') return { unpublishable: 'the record has no CloudEvents id (header ce_id)' };
  const routing = routingHeaders.find((name) => name in record.headers);
  if (routing !== undefined)
    return { unpublishable: `RabbitMQ routes by header ${routing}: send the record without it` };

  const headers = translateHeaders(record);
  const long = Object.keys(headers).find((name) => Buffer.byteLength(name) > maximumNameBytes);
  if (long !== undefined)
    return {
      unpublishable: `header name ${long.slice(0, 40)}... too long: at most 255 bytes allowed`,
    };
  const bytes = tableBytes(headers);
  if (bytes > maximumHeaderBytes)
    return {
      unpublishable: `headers too large: ${bytes} bytes, at most ${maximumHeaderBytes} allowed`,
    };
  return {
    message: {
      exchange,
      messageId,
      type: record.headers['ce_type'] ?? '',
      timestamp: timeOf(record),
      headers,
      body: value,
    },
  };
}

function translateHeaders(record: ConsumedRecord): Record<string, string> {
  const translated: Record<string, string> = {};
  for (const [name, value] of Object.entries(record.headers)) {
    if (name.startsWith('ce_')) translated[`cloudEvents_${name.slice(3)}`] = value;
    else if (name !== '__proto__') translated[name] = value;
    else Object.defineProperty(translated, name, { value, enumerable: true });
  }
  translated['kafka-topic'] = record.topic;
  translated['kafka-partition'] = String(record.partition);
  translated['kafka-offset'] = record.offset;
  translated['kafka-consumed-at'] = new Date().toISOString();
  return translated;
}

/** `ce_time` where it can be read, else when Kafka got the record. */
function timeOf(record: ConsumedRecord): Date {
  const time = new Date(record.headers['ce_time'] ?? Number.NaN);
  return Number.isNaN(time.getTime()) ? record.timestamp : time;
}

/** As a field table of AMQP 0-9-1: name with its length, a type, text with its length. */
function tableBytes(headers: Readonly<Record<string, string>>): number {
  let bytes = 4;
  for (const [name, value] of Object.entries(headers))
    bytes += 1 + Buffer.byteLength(name) + 1 + 4 + Buffer.byteLength(value);
  return bytes;
}
