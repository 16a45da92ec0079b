// What an owner does to an analysis, through the orchestrator's door for acts.
import {
  cancelAnswerSchema,
  correctionSchema,
  deletionSchema,
  redoAnswerSchema,
} from '../contracts/acts.ts';
import { correlationIdSchema } from '../contracts/recognition.ts';
import { ownerHeader } from '../contracts/rest.ts';
import type * as graph from '../contracts/schema.generated.ts';
import { Problem } from '../platform/http/problem.ts';
import type { RestClient } from '../platform/http/rest-client.ts';
import type { RedoLimit } from './limits/limit-mutations.ts';

/** The orchestrator goes on for up to 40 s with a redo: what comes of it then is not known here. */
const timeoutMs = 12_000;

/**
 * Mutation `correctAnalysis`.
 *
 * @throws {Problem} 404 `NO_ANALYSIS`; 409 `NOT_ENDED`; 422 with the field that is wrong; 503 while a service is away.
 */
export async function correctAnalysis(
  orchestrator: RestClient,
  owner: string,
  { correlationId: given, brand, type, model }: graph.MutationCorrectAnalysisArgs,
): Promise<graph.CorrectAnalysisPayload> {
  const correlationId = parseId(given);
  const correction = await orchestrator.call({
    ...{ method: 'PUT', path: `${pathOf(correlationId)}/correction`, timeoutMs },
    headers: { [ownerHeader]: owner },
    body: { brand: brand ?? null, type: type ?? null, model: model ?? null },
    answer: correctionSchema,
  });
  return { correlationId, correction };
}

/** Mutation `deleteAnalysis`. @throws {Problem} 404 `NO_ANALYSIS`; 503 while a service is away. */
export async function deleteAnalysis(
  orchestrator: RestClient,
  owner: string,
  { correlationId: given }: graph.MutationDeleteAnalysisArgs,
): Promise<graph.DeleteAnalysisPayload> {
  const correlationId = parseId(given);
  const { deletedAt } = await orchestrator.call({
    ...{ method: 'DELETE', path: pathOf(correlationId), timeoutMs },
    headers: { [ownerHeader]: owner },
    answer: deletionSchema,
  });
  return { correlationId, deletedAt };
}

/**
 * Mutation `redoAnalysis`.
 *
 * @throws {Problem} 404 `NO_ANALYSIS`; 409 `NOT_ENDED` or `NOT_REDOABLE`; 429 `TOO_MANY_REDOS`; 503 while a service is away.
 */
export async function redoAnalysis(
  { orchestrator, redos }: { orchestrator: RestClient; redos: RedoLimit },
  owner: string,
  { correlationId: given }: graph.MutationRedoAnalysisArgs,
): Promise<graph.RedoAnalysisPayload> {
  const correlationId = parseId(given);
  const path = `${pathOf(correlationId)}/redo`;
  await redos.take(owner);
  try {
    await orchestrator.call({
      ...{ method: 'POST', path, body: {}, timeoutMs },
      headers: { [ownerHeader]: owner },
      answer: redoAnswerSchema,
    });
  } catch (error) {
    if (isNothingBegun(error)) await redos.giveBack(owner);
    throw error;
  }
  return { correlationId };
}

/** It was refused, or could not be noted, without which no act begins. */
const isNothingBegun = (error: unknown) =>
  error instanceof Problem && (error.status < 500 || error.code === 'REGISTER_UNAVAILABLE');

/** Mutation `cancelAnalysis`. @throws {Problem} 404 `NO_ANALYSIS`; 409 `ALREADY_ENDED`; 503 while a service is away. */
export async function cancelAnalysis(
  orchestrator: RestClient,
  owner: string,
  { correlationId: given }: graph.MutationCancelAnalysisArgs,
): Promise<graph.CancelAnalysisPayload> {
  const correlationId = parseId(given);
  await orchestrator.call({
    ...{ method: 'POST', path: `${pathOf(correlationId)}/cancel`, body: {}, timeoutMs },
    headers: { [ownerHeader]: owner },
    answer: cancelAnswerSchema,
  });
  return { correlationId };
}

const pathOf = (correlationId: string) => `/internal/v0/analyses/${correlationId}`;

function parseId(given: string): string {
  const id = correlationIdSchema.safeParse(given);
  if (id.success) return id.data;
  throw new Problem(404, 'NO_ANALYSIS', 'no analysis with this id among those of this owner');
}
