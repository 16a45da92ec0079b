// The events of the journey as changes about analyses. A message that is no event of ours is counted, logged
// and passed over: it moves the position on, so nothing waits behind it.
import { decodeEvent, readAttributes } from '../../../contracts/cloudevents.ts';
import { streamMarkerHeader, type topics } from '../../../contracts/topology.ts';
import type { Logger } from '../../../platform/logger.ts';
import type { Change } from '../store/changes.ts';
import type { SourceMessage } from '../store/positions.ts';
import type { IngestMetrics } from './metrics.ts';

const changeTypes = ['analysis.corrected', 'analysis.deleted'] as const;

/** What a source carries: one type of event, or what owners change. */
export type SourceType =
  'analysis.started' | 'analysis.completed' | 'analysis.changed' | typeof topics.imageUploaded;
type EventType = Exclude<SourceType, 'analysis.changed'> | (typeof changeTypes)[number];

export interface RawMessage {
  readonly offset: number;
  readonly id: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export type Decode = (source: string, type: SourceType, message: RawMessage) => SourceMessage;

/** PostgreSQL's texts hold no zero byte; a stray one must not keep a position from being written. */
const asText = (id: string) => id.replaceAll('\0', '').toWellFormed();

export function createDecode(deps: { metrics: IngestMetrics; logger: Logger }): Decode {
  return (source, type, { offset, id, headers, body }) => {
    const place = { offset, eventId: asText(id) };
    if (streamMarkerHeader in headers) return { ...place, at: undefined, change: undefined };
    try {
      const event = decodeEvent(eventTypeOf(type, headers), headers, body);
      return { ...place, at: new Date(event.time), change: changeOf(event) };
    } catch (error) {
      deps.metrics.skipped.inc({ source });
      deps.logger.error({ err: error, source, offset }, 'event skipped: invalid');
      return { ...place, at: undefined, change: undefined };
    }
  };
}

function eventTypeOf(type: SourceType, headers: RawMessage['headers']): EventType {
  if (type !== 'analysis.changed') return type;
  const given = readAttributes(headers)['type'];
  const known = changeTypes.find((one) => one === given);
  if (known === undefined) throw new Error(`type: '${given}' is unknown to this version`);
  return known;
}

function changeOf(event: ReturnType<typeof decodeEvent<EventType>>): Change {
  const { correlationid: correlationId, owner, runid: runId, data } = event;
  const { objectKey } = data;
  const known = { correlationId, owner, objectKey, runs: [] };
  if ('deletedAt' in data) return { ...known, deletedAt: new Date(data.deletedAt) };
  if ('correctedAt' in data) {
    const { brand, type, model, correctedAt } = data;
    return { ...known, correction: { brand, type, model, correctedAt } };
  }
  if ('uploadId' in data) {
    const { contentType, bytes, checksum } = data;
    const upload = { contentType, bytes, checksum, uploadedAt: new Date(data.occurredAt) };
    return { ...known, upload };
  }
  if (runId === undefined) throw new Error('runid: missing');
  const startedAt = new Date(data.startedAt);
  if (!('completedAt' in data))
    return { correlationId, owner, objectKey, runs: [{ runId, startedAt, end: undefined }] };
  const { provider, aggregate, status, reasons, unsupportedFeatures, failure, success } = data;
  const { evidence, duplicateOf } = data;
  const end = {
    ...{ provider, aggregate, status, reasons, unsupportedFeatures, failure, success },
    ...{ evidence, duplicateOf },
    completedAt: new Date(data.completedAt),
  };
  return { correlationId, owner, objectKey, runs: [{ runId, startedAt, end }] };
}
