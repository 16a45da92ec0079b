// The orchestrator's door for acts, as an operator: who acts and why is noted there.
import {
  auditPageSchema,
  begunSchema,
  cancelAnswerSchema,
  correctionsPageSchema,
  rebuildProgressSchema,
  redoAnswerSchema,
  type AuditPage,
  type CorrectionsPage,
  type RebuildProgress,
  type RunningPolicy,
} from '../../contracts/acts.ts';
import { pick } from '../../contracts/settings.ts';
import { readConfig } from '../../platform/config.ts';
import { Problem } from '../../platform/http/problem.ts';
import { createRestClient } from '../../platform/http/rest-client.ts';

const readTimeoutMs = 10_000;
/** A redo may wait half a minute for the end of the run before it. */
const actTimeoutMs = 60_000;

/** Each rejects with a {@link Problem}, as the orchestrator says it. */
export interface Door {
  /** @returns the id of the new run. */
  redo(
    correlationId: string,
    how: { running: RunningPolicy; reason?: string | undefined },
  ): Promise<string>;
  cancel(correlationId: string, how: { reason?: string | undefined }): Promise<void>;
  audit(query: URLSearchParams): Promise<AuditPage>;
  corrections(query: URLSearchParams): Promise<CorrectionsPage>;
  beginRebuild(): Promise<void>;
  rebuildProgress(): Promise<RebuildProgress>;
}

export function openDoor(config = readConfig(pick('ORCHESTRATOR_URL', 'OPERATOR_TOKEN'))): Door {
  const client = createRestClient({
    name: 'svc-analysis-orchestrator',
    baseUrl: config.ORCHESTRATOR_URL,
    internalToken: config.OPERATOR_TOKEN,
  });
  const analysis = (correlationId: string) => `/internal/v0/analyses/${correlationId}`;
  const rebuild = '/internal/v0/register/rebuild';
  return {
    async redo(correlationId, how) {
      const answer = await client.call({
        ...{ method: 'POST', path: `${analysis(correlationId)}/redo`, body: how },
        ...{ answer: redoAnswerSchema, timeoutMs: actTimeoutMs },
      });
      return answer.runId;
    },
    async cancel(correlationId, how) {
      await client.call({
        ...{ method: 'POST', path: `${analysis(correlationId)}/cancel`, body: how },
        ...{ answer: cancelAnswerSchema, timeoutMs: actTimeoutMs },
      });
    },
    audit: (query) =>
      client.call({
        ...{ method: 'GET', path: `/internal/v0/audit?${query.toString()}` },
        ...{ answer: auditPageSchema, timeoutMs: readTimeoutMs },
      }),
    corrections: (query) =>
      client.call({
        ...{ method: 'GET', path: `/internal/v0/corrections?${query.toString()}` },
        ...{ answer: correctionsPageSchema, timeoutMs: readTimeoutMs },
      }),
    async beginRebuild() {
      const asked = { answer: begunSchema, timeoutMs: readTimeoutMs };
      await client.call({ method: 'POST', path: rebuild, ...asked });
    },
    rebuildProgress: () =>
      client.call({
        ...{ method: 'GET', path: rebuild },
        ...{ answer: rebuildProgressSchema, timeoutMs: readTimeoutMs },
      }),
  };
}

/** One sentence for what an operator can do something about; undefined for anything else. */
export function sentenceOfProblem(error: unknown): string | undefined {
  if (!(error instanceof Problem)) return undefined;
  if (error.status === 401 || error.status === 403)
    return `${error.message}: OPERATOR_TOKEN must be an access token with scope operator`;
  if (error.code === 'STILL_RUNNING')
    return `${error.message}: check the orchestrator (npm run infra -- status), or use --terminate`;
  if (error.status === 503)
    return `${error.message}: check it (npm run infra -- status), and repeat`;
  return error.message;
}
