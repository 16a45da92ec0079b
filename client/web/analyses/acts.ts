// What an owner does about one of theirs.
import type { TrackunitClient } from '../../sdk/index.ts';
import type { Correction, Machine } from './documents.ts';

export const acts = {
  CorrectAnalysis: /* GraphQL */ `
    mutation CorrectAnalysis($correlationId: ID!, $brand: String, $type: String, $model: String) {
      correctAnalysis(correlationId: $correlationId, brand: $brand, type: $type, model: $model) {
        correction {
          correctedAt
        }
      }
    }
  `,
  DeleteAnalysis: /* GraphQL */ `
    mutation DeleteAnalysis($correlationId: ID!) {
      deleteAnalysis(correlationId: $correlationId) {
        correlationId
      }
    }
  `,
} as const;

const act = <Data>(
  client: TrackunitClient,
  operationName: keyof typeof acts,
  variables: Record<string, unknown>,
): Promise<Data> => client.query<Data>({ query: acts[operationName], operationName, variables });

/** All three values stand for what was recognised; null: not known. */
export async function correctAnalysis(
  client: TrackunitClient,
  correlationId: string,
  machine: Machine,
): Promise<Correction> {
  const { correctAnalysis: payload } = await act<{
    correctAnalysis: { correction: { correctedAt: string } };
  }>(client, 'CorrectAnalysis', { correlationId, ...machine });
  return { ...machine, correctedAt: payload.correction.correctedAt };
}

export const deleteAnalysis = (client: TrackunitClient, correlationId: string): Promise<unknown> =>
  act(client, 'DeleteAnalysis', { correlationId });

// Not by `query`, which would ask again for a redo that may have begun.
export const redoAnalysis = (client: TrackunitClient, correlationId: string): Promise<unknown> =>
  client.redo(correlationId);

export const cancelAnalysis = (client: TrackunitClient, correlationId: string): Promise<unknown> =>
  client.cancel(correlationId);
