// What an owner does about one of theirs.
import type { TrackunitClient } from '../../sdk/index.ts';
import type { Machine } from './documents.ts';

export const acts = {
  CorrectAnalysis: /* GraphQL */ `
    mutation CorrectAnalysis($correlationId: ID!, $brand: String, $type: String, $model: String) {
      correctAnalysis(correlationId: $correlationId, brand: $brand, type: $type, model: $model) {
        correlationId
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
  RedoAnalysis: /* GraphQL */ `
    mutation RedoAnalysis($correlationId: ID!) {
      redoAnalysis(correlationId: $correlationId) {
        correlationId
      }
    }
  `,
  CancelAnalysis: /* GraphQL */ `
    mutation CancelAnalysis($correlationId: ID!) {
      cancelAnalysis(correlationId: $correlationId) {
        correlationId
      }
    }
  `,
} as const;

const act = (
  client: TrackunitClient,
  operationName: keyof typeof acts,
  variables: Record<string, unknown>,
): Promise<unknown> => client.query({ query: acts[operationName], operationName, variables });

/** All three values stand for what was recognised; null: not known. */
export const correctAnalysis = (
  client: TrackunitClient,
  correlationId: string,
  machine: Machine,
): Promise<unknown> => act(client, 'CorrectAnalysis', { correlationId, ...machine });

export const deleteAnalysis = (client: TrackunitClient, correlationId: string): Promise<unknown> =>
  act(client, 'DeleteAnalysis', { correlationId });

export const redoAnalysis = (client: TrackunitClient, correlationId: string): Promise<unknown> =>
  act(client, 'RedoAnalysis', { correlationId });

export const cancelAnalysis = (client: TrackunitClient, correlationId: string): Promise<unknown> =>
  act(client, 'CancelAnalysis', { correlationId });
