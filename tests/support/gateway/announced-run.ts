// An analysis that failed, as it is announced and as the orchestrator answers it.
import { v7 as uuidv7 } from 'uuid';
import { createEvent } from '../../../contracts/cloudevents.ts';
import type { Analysis, RegisteredAnalysis } from '../../../contracts/rest.ts';
import { eventIds } from '../../../contracts/topology.ts';

export const objectKey = 'images/2026/11/23/4f0f4b5e-6f36-4c0e-9a5e-2f1f6a0b7c11.jpg';

export const startedEvent = (owner: string, run: AnnouncedRun) =>
  createEvent('analysis.started', {
    id: eventIds.analysisStarted(run.correlationId, run.runId),
    subject: objectKey,
    extensions: { correlationid: run.correlationId, owner, runid: run.runId },
    data: { objectKey, startedAt: run.startedAt },
    ...(run.time && { time: run.time }),
  });

export const completedEvent = (owner: string, run: AnnouncedRun) =>
  createEvent('analysis.completed', {
    id: eventIds.analysisCompleted(run.correlationId, run.runId),
    subject: objectKey,
    extensions: { correlationid: run.correlationId, owner, runid: run.runId },
    data: {
      ...failed,
      failure: { ...failed.failure, message: run.message ?? failed.failure.message },
      startedAt: run.startedAt,
      completedAt: run.startedAt,
    },
    ...(run.time && { time: run.time }),
  });

/** What the register publishes once the owner has said what the machine is. */
export const correctedEvent = (owner: string, run: AnnouncedRun, brand = 'Volvo') => {
  const correctedAt = run.time ?? run.startedAt;
  return createEvent('analysis.corrected', {
    id: eventIds.analysisCorrected(run.correlationId, correctedAt),
    subject: objectKey,
    extensions: { correlationid: run.correlationId, owner },
    data: { objectKey, brand, type: null, model: 'L120H', correctedAt },
    ...(run.time && { time: run.time }),
  });
};

export const deletedEvent = (owner: string, run: AnnouncedRun) =>
  createEvent('analysis.deleted', {
    id: eventIds.analysisDeleted(run.correlationId),
    subject: objectKey,
    extensions: { correlationid: run.correlationId, owner },
    data: { objectKey, deletedAt: run.startedAt },
    ...(run.time && { time: run.time }),
  });

export interface AnnouncedRun {
  correlationId: string;
  runId: string;
  startedAt: string;
  time?: string;
  /** Why it failed. */
  message?: string;
}

export const aRun = (more: Partial<AnnouncedRun> = {}): AnnouncedRun => ({
  correlationId: uuidv7(),
  runId: 'run-1',
  startedAt: new Date().toISOString(),
  ...more,
});

const failed = {
  objectKey,
  success: false,
  provider: null,
  aggregate: null,
  status: null,
  reasons: [],
  unsupportedFeatures: [],
  evidence: [],
  duplicateOf: null,
  failure: { code: 'TIMED_OUT' as const, message: 'no result in time' },
};

/** The orchestrator's state of a run. */
export const stateOf = (run: AnnouncedRun, state: Analysis['state']): Analysis => ({
  correlationId: run.correlationId,
  runId: run.runId,
  ...failed,
  state,
  startedAt: run.startedAt,
  completedAt: state === 'RUNNING' ? null : run.startedAt,
  success: state === 'RUNNING' ? null : false,
  failure: state === 'RUNNING' ? null : failed.failure,
});

/** The register's row of a run. */
export const registeredOf = (run: AnnouncedRun, state: Analysis['state']): RegisteredAnalysis => ({
  ...stateOf(run, state),
  contentType: 'image/jpeg',
  bytes: 4,
  checksum: `sha256:${'a'.repeat(64)}`,
  uploadedAt: run.startedAt,
  duplicateOf: null,
  redo: null,
  correction: null,
});
