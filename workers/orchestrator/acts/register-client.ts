// What the door asks of the register. While it is away no act begins.
import { z } from 'zod';
import {
  actorHeader,
  auditPageSchema,
  begunSchema,
  correctionSchema,
  correctionsPageSchema,
  deletionSchema,
  rebuildProgressSchema,
  registeredOwnerSchema,
  type AuditEntry,
  type AuditPage,
  type CorrectedFields,
  type Correction,
  type CorrectionsPage,
  type Deletion,
  type RebuildProgress,
} from '../../../contracts/acts.ts';
import { ownerHeader } from '../../../contracts/rest.ts';
import { Problem } from '../../../platform/http/problem.ts';
import type { RestCall, RestClient } from '../../../platform/http/rest-client.ts';

const timeoutMs = 3_000;

/** One analysis, whose it is, and who acts on it why. */
export interface ActOn {
  readonly correlationId: string;
  readonly owner: string;
  readonly actor: string;
  readonly reason: string | undefined;
}

/** Each rejects with a {@link Problem}: as the register says it, or 503 `REGISTER_UNAVAILABLE`. */
export interface RegisterClient {
  correct(act: ActOn, fields: CorrectedFields): Promise<Correction>;
  /** @param objectKey of one that the register may have no row of yet. */
  remove(act: ActOn, objectKey?: string): Promise<Deletion>;
  writeAudit(entry: AuditEntry): Promise<void>;
  /** @param query as it came: the register checks it. */
  listAudit(query: string): Promise<AuditPage>;
  listCorrections(query: string): Promise<CorrectionsPage>;
  /** Undefined: it has none of this id. */
  findOwner(correlationId: string): Promise<string | undefined>;
  beginRebuild(): Promise<void>;
  rebuildProgress(): Promise<RebuildProgress>;
}

export function createRegisterClient(register: RestClient): RegisterClient {
  async function ask<Schema extends z.ZodType>(
    call: Omit<RestCall<Schema>, 'timeoutMs'>,
  ): Promise<z.infer<Schema>> {
    try {
      return await register.call({ ...call, timeoutMs });
    } catch (error) {
      throw unavailable(error);
    }
  }
  const pathOf = (correlationId: string) => `/v1/analyses/${correlationId}`;
  const headersOf = ({ owner, actor }: ActOn) => ({ [ownerHeader]: owner, [actorHeader]: actor });

  return {
    correct: (act, fields) =>
      ask({
        ...{ method: 'PUT', path: `${pathOf(act.correlationId)}/correction` },
        headers: headersOf(act),
        body: { ...fields, reason: act.reason },
        answer: correctionSchema,
      }),
    remove(act, objectKey) {
      const { reason } = act;
      const query = new URLSearchParams({
        ...(objectKey && { objectKey }),
        ...(reason && { reason }),
      });
      const path = `${pathOf(act.correlationId)}?${query.toString()}`;
      return ask({ method: 'DELETE', path, headers: headersOf(act), answer: deletionSchema });
    },
    async writeAudit(entry) {
      await ask({ method: 'POST', path: '/v1/audit', body: entry, answer: writtenSchema });
    },
    listAudit: (query) =>
      ask({ method: 'GET', path: `/v1/audit?${query}`, answer: auditPageSchema }),
    listCorrections: (query) =>
      ask({ method: 'GET', path: `/v1/corrections?${query}`, answer: correctionsPageSchema }),
    async findOwner(correlationId) {
      const path = `${pathOf(correlationId)}/owner`;
      try {
        return (await ask({ method: 'GET', path, answer: registeredOwnerSchema })).owner;
      } catch (error) {
        if (error instanceof Problem && error.code === 'NO_ANALYSIS') return undefined;
        throw error;
      }
    },
    async beginRebuild() {
      await ask({ method: 'POST', path: '/v1/rebuild', answer: begunSchema });
    },
    rebuildProgress: () =>
      ask({ method: 'GET', path: '/v1/rebuild', answer: rebuildProgressSchema }),
  };
}

const writtenSchema = z.object({ status: z.literal('Written') });

/** 401, 403 and an unknown route are between the services: whoever acts can do nothing about them. */
function unavailable(error: unknown): unknown {
  if (!(error instanceof Problem)) return error;
  const isTheirs = [401, 403, 502, 503].includes(error.status) || error.code === 'NO_ROUTE';
  if (!isTheirs) return error;
  return new Problem(
    503,
    'REGISTER_UNAVAILABLE',
    'acts are unavailable, since nobody could note them: try again; uploads and results go on',
    { cause: error, retryAfter: error.retryAfter ?? 1 },
  );
}
