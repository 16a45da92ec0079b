// What owners and operators do to an analysis. The register notes who does what before it is done.
import { randomUUID } from 'node:crypto';
import {
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
  type Client,
  type WorkflowExecutionDescription,
} from '@temporalio/client';
import type {
  Action,
  AuditEntry,
  CorrectedFields,
  Correction,
  Deletion,
  RunningPolicy,
} from '../../../contracts/acts.ts';
import { analysisWorkflowId } from '../../../contracts/topology.ts';
import { isProblem, Problem } from '../../../platform/http/problem.ts';
import type { Logger } from '../../../platform/logger.ts';
import { delay } from '../../../platform/retry.ts';
import { temporalFaultOf, type Temporal } from '../../../platform/temporal/temporal.ts';
import { keys } from '../../../workflows/search-attributes.ts';
import { AnalysisDeletedError, startDeletion } from '../deletion/start-deletion.ts';
import { describeRun } from '../read-api/describe-run.ts';
import { cancelRun } from '../../../activities/cancel-run.ts';
import { NotRedoableError, redoRun, StillRunningError } from './redo-run.ts';
import type { ActOn, RegisterClient } from './register-client.ts';

/** Who acts: an owner on what is theirs, or (owner undefined) an operator on what is anybody's. */
export interface Caller {
  readonly actor: string;
  readonly owner: string | undefined;
}

/** Each rejects with a {@link Problem}, among them 404 `NO_ANALYSIS` for an unknown id and another owner's. */
export interface Acts {
  /** 409 `NOT_ENDED`; 503 `NOT_APPLIED` while the register has not read of the end. */
  correct(of: Act, fields: CorrectedFields): Promise<Correction>;
  remove(of: Act): Promise<Deletion>;
  /** 409 `NOT_ENDED`, `STILL_RUNNING` or `NOT_REDOABLE`. @returns the id of the new run. */
  redo(of: Act, running: RunningPolicy): Promise<string>;
  /** 409 `ALREADY_ENDED`. */
  cancel(of: Act): Promise<void>;
}

export interface Act {
  readonly caller: Caller;
  readonly correlationId: string;
  readonly reason: string | undefined;
}

interface ActsDeps {
  readonly temporal: Pick<Temporal, 'withTimeout'>;
  readonly register: RegisterClient;
  readonly logger: Logger;
}

const callTimeoutMs = 5_000;
/** A cancelled run announces its end first. */
const closeWaitMs = 30_000;
const redoTimeoutMs = closeWaitMs + 10_000;
const lagTimeoutMs = 5_000;
const lagPollMs = 200;

interface KnownRun {
  readonly run: WorkflowExecutionDescription;
  readonly owner: string | undefined;
}

export function createActs(deps: ActsDeps): Acts {
  const { temporal, register, logger } = deps;

  /** The newest run; undefined where Temporal has none, any more or yet. */
  const findRun = ({ caller, correlationId }: Act): Promise<KnownRun | undefined> =>
    temporal.withTimeout(callTimeoutMs, async ({ workflow }) => {
      try {
        const run = await workflow.getHandle(analysisWorkflowId(correlationId)).describe();
        const owner = run.typedSearchAttributes.get(keys.owner);
        if (caller.owner !== undefined && caller.owner !== owner) throw notFound();
        return { run, owner };
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return undefined;
        throw error;
      }
    });

  /** As the register is asked: an operator knows no owner. */
  async function onBehalf(act: Act): Promise<ActOn> {
    const { caller, correlationId, reason } = act;
    const owner =
      caller.owner ?? (await register.findOwner(correlationId)) ?? (await findRun(act))?.owner;
    if (owner === undefined) throw notFound();
    return { correlationId, owner, actor: caller.actor, reason };
  }

  /** Of an analysis that runs, or has run: what Temporal has forgotten has ended long ago. */
  async function requireRun(act: Act, forgotten: Problem): Promise<KnownRun> {
    const known = await findRun(act);
    if (known !== undefined) return known;
    const owner = await register.findOwner(act.correlationId);
    if (owner === undefined || (act.caller.owner ?? owner) !== owner) throw notFound();
    throw forgotten;
  }

  /** Notes the beginning, which the register refuses of what was deleted; acts, and notes the end where it is known. */
  async function audited<Answer>(
    act: Act,
    { action, owner }: { action: Action; owner: string | undefined },
    perform: () => Promise<Answer>,
  ): Promise<Answer> {
    const { caller, correlationId, reason } = act;
    const entry = {
      ...{ actId: randomUUID(), actor: caller.actor, action, correlationId, reason },
      owner: owner ?? null,
    };
    await register.writeAudit({ ...entry, outcome: 'BEGUN' });
    try {
      const answer = await perform();
      await noteEnd({ ...entry, outcome: 'DONE' });
      return answer;
    } catch (error) {
      if (temporalFaultOf(error) === 'unavailable') throw error; // it may take effect all the same
      const code = error instanceof Problem ? error.code : 'INTERNAL';
      await noteEnd({ ...entry, outcome: 'FAILED', code });
      throw error;
    }
  }

  /** What was done is answered also where its end cannot be noted: the audit then has the beginning alone. */
  async function noteEnd(entry: AuditEntry): Promise<void> {
    for (let tries = 3; ; tries -= 1)
      try {
        await register.writeAudit(entry);
        return;
      } catch (error) {
        const { actId, action, correlationId, outcome } = entry;
        if (tries === 1) {
          logger.error(
            { err: error, actId, action, correlationId, outcome },
            'end of act not noted',
          );
          return;
        }
        await delay(lagPollMs);
      }
  }

  return {
    async correct(act, fields) {
      const on = await onBehalf(act);
      const deadline = Date.now() + lagTimeoutMs;
      for (;;)
        try {
          return await register.correct(on, fields);
        } catch (error) {
          if (isProblem(error, 'ANALYSIS_DELETED')) throw notFound(error);
          if (!mayLag(error)) throw error;
          const known = await findRun(act);
          if (known === undefined || known.run.closeTime === undefined) throw error;
          if (Date.now() > deadline) throw notApplied(error);
          await delay(lagPollMs);
        }
    },

    async remove(act) {
      const on = await onBehalf(act);
      const deletion = await register.remove(on).catch(async (error: unknown) => {
        if (!mayLag(error)) throw error;
        const known = await findRun(act);
        if (known === undefined) throw error;
        const { objectKey } = await temporal.withTimeout(callTimeoutMs, (client) =>
          describeRun(client, known.run),
        );
        return register.remove(on, objectKey);
      });
      if (deletion.erasedAt === null) await begin(deletion);
      return deletion;
    },

    async redo(act, running) {
      const { run, owner } = await requireRun(
        act,
        new Problem(409, 'NOT_REDOABLE', 'what was uploaded is known no more: upload it again'),
      );
      const isOpen = run.closeTime === undefined;
      const action = isOpen && running === 'terminate' ? 'terminate' : 'redo';
      return audited(act, { action, owner }, () =>
        temporal.withTimeout(redoTimeoutMs, (client) => startRedo(client, act, running)),
      );
    },

    async cancel(act) {
      const { run, owner } = await requireRun(act, alreadyEnded());
      await audited(act, { action: 'cancel', owner }, async () => {
        if (run.closeTime !== undefined) throw alreadyEnded();
        const { closeTime, status } = await temporal.withTimeout(callTimeoutMs, (client) =>
          cancelRun(client, run),
        );
        if (closeTime !== undefined && status.name !== 'CANCELLED') throw alreadyEnded();
      });
    },
  };

  /** The tombstone stands: where this fails, the sweep of deletions begins it. */
  async function begin(deletion: Deletion): Promise<void> {
    try {
      await temporal.withTimeout(callTimeoutMs, (client) => startDeletion(client, deletion));
    } catch (error) {
      const { correlationId } = deletion;
      logger.warn({ err: error, correlationId }, 'deletion not started: the sweep will start it');
    }
  }
}

async function startRedo(client: Client, act: Act, running: RunningPolicy): Promise<string> {
  try {
    return await redoRun(client, act.correlationId, { running, waitMs: closeWaitMs });
  } catch (error) {
    if (error instanceof StillRunningError)
      throw running === 'refuse'
        ? notEnded(error)
        : new Problem(409, 'STILL_RUNNING', error.message, { cause: error });
    if (error instanceof WorkflowExecutionAlreadyStartedError) throw notEnded(error);
    if (error instanceof NotRedoableError)
      throw new Problem(409, 'NOT_REDOABLE', error.message, { cause: error });
    if (error instanceof AnalysisDeletedError || error instanceof WorkflowNotFoundError)
      throw notFound(error);
    throw error;
  }
}

/** The register follows Temporal by a moment: what it does not know of yet may be there. */
const mayLag = (error: unknown) => isProblem(error, 'NO_ANALYSIS', 'NOT_ENDED');

const notFound = (cause?: unknown) =>
  new Problem(404, 'NO_ANALYSIS', 'no analysis with this id among those of this owner', { cause });

const notEnded = (cause?: unknown) =>
  new Problem(409, 'NOT_ENDED', 'the analysis has not ended: wait for its result, or cancel it', {
    cause,
  });

const alreadyEnded = () => new Problem(409, 'ALREADY_ENDED', 'nothing to cancel: it has ended');

const notApplied = (cause: unknown) =>
  new Problem(503, 'NOT_APPLIED', 'the register has not read of its end: try again', {
    cause,
    retryAfter: 1,
  });
