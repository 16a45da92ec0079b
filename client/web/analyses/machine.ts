import type { Analysis, Machine } from './documents.ts';

const unknown: Machine = { brand: null, type: null, model: null };

/** What the owner says it is, else what was recognised. */
export const machineOf = ({ correction, recognitionPayload }: Analysis): Machine =>
  correction ?? recognitionPayload?.aggregate ?? unknown;

/** For people: brand and model, or the type; null where nothing is known. */
export function nameOf(analysis: Analysis): string | null {
  const { brand, type, model } = machineOf(analysis);
  const name = [brand, model].filter((word) => word !== null).join(' ');
  return name === '' ? type : name;
}

/** In words: what the owner said is sure. */
export function certaintyOf(analysis: Analysis): 'corrected' | 'sure' | 'unsure' | 'unknown' {
  if (analysis.correction) return 'corrected';
  const found = analysis.recognitionPayload?.aggregate;
  if (found === undefined || (found.brand === null && found.type === null)) return 'unknown';
  return found.isConfident ? 'sure' : 'unsure';
}

/**
 * Which of two states of one analysis is the newer: a list may lag behind the events. Of one run its end
 * is newer than its start; a correction that one of them knows is kept.
 */
export function newerOf(known: Analysis | undefined, read: Analysis): Analysis {
  if (known === undefined) return read;
  const isOlder =
    read.startedAt < known.startedAt ||
    (read.startedAt === known.startedAt && read.state === 'RUNNING' && known.state !== 'RUNNING');
  const newer = isOlder ? known : read;
  const correction =
    (known.correction?.correctedAt ?? '') > (read.correction?.correctedAt ?? '')
      ? known.correction
      : read.correction;
  const photo = read.photo === undefined ? known.photo : read.photo;
  return {
    ...newer,
    ...(photo !== undefined && { photo }),
    ...(correction !== undefined && { correction }),
  };
}
