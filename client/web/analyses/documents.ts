// What the page asks the gateway, and what comes back. Each operation is named as its only field.
import type { TrackunitClient } from '../../sdk/index.ts';

export interface Recognition {
  readonly status: 'identified' | 'inferred' | 'partial' | 'unidentified';
  readonly reasons: readonly string[];
  /** Absent in what an event brought: read the analysis. */
  readonly evidence?: readonly Evidence[];
  readonly aggregate: {
    readonly brand: string | null;
    readonly type: string | null;
    readonly model: string | null;
    readonly name: string | null;
    readonly confidence: number;
    readonly isConfident: boolean;
    readonly brandConfidence: number;
    readonly typeConfidence: number;
    readonly modelConfidence: number;
  };
}

export interface Evidence {
  readonly reason: string;
  /** Shares of the upright photo. */
  readonly box: {
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
  } | null;
}

export interface Machine {
  readonly brand: string | null;
  readonly type: string | null;
  readonly model: string | null;
}

export interface Correction extends Machine {
  readonly correctedAt: string;
}

export interface Analysis {
  readonly correlationId: string;
  readonly state: 'RUNNING' | 'COMPLETED' | 'FAILED' | 'CANCELLED' | 'TERMINATED';
  readonly startedAt: string;
  readonly completedAt: string | null;
  readonly recognitionPayload: Recognition | null;
  readonly failure: { readonly code: string; readonly message: string } | null;
  readonly photo?: Photo | null;
  readonly correction?: Correction | null;
  /** Of the same photo, whose recognition this is: it was not asked again. */
  readonly duplicateOf?: string | null;
  /** A later run beside the result that stands. */
  readonly redo?: { readonly state: Analysis['state'] } | null;
  /** While it waits for its result, where it was read by itself: its place among the owner's own. */
  readonly queue?: { readonly ownAhead: number; readonly estimatedSeconds: number | null } | null;
}

interface Photo {
  readonly url: string;
  readonly previewUrl: string | null;
}

/** What a list is narrowed to. */
export interface Filter {
  readonly text?: string;
  readonly state?: Analysis['state'];
  readonly brand?: string;
  readonly type?: string;
  readonly confident?: boolean;
}

const analysisFields = /* GraphQL */ `
  correlationId
  state
  startedAt
  completedAt
  failure {
    code
    message
  }
  recognitionPayload {
    status
    reasons
    evidence {
      reason
      box {
        x
        y
        width
        height
      }
    }
    aggregate {
      brand
      type
      model
      name
      confidence
      isConfident
      brandConfidence
      typeConfidence
      modelConfidence
    }
  }
  photo {
    url
    previewUrl
  }
  correction {
    brand
    type
    model
    correctedAt
  }
  duplicateOf
  redo {
    state
  }
`;

export const documents = {
  Analysis: /* GraphQL */ `
    query Analysis($correlationId: ID!) {
      analysis(correlationId: $correlationId) {
        ${analysisFields}
        queue {
          ownAhead
          estimatedSeconds
        }
      }
    }
  `,
  Analyses: /* GraphQL */ `
    query Analyses(
      $first: Int
      $after: ID
      $state: AnalysisState
      $brand: String
      $type: String
      $text: String
      $confident: Boolean
      $atLeast: ID
    ) {
      analyses(
        first: $first
        after: $after
        state: $state
        brand: $brand
        type: $type
        text: $text
        confident: $confident
        atLeast: $atLeast
      ) {
        edges {
          node {
            ${analysisFields}
          }
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  `,
} as const;

export interface Page {
  readonly analyses: readonly Analysis[];
  /** Null on the last page. */
  readonly next: string | null;
}

const rowsOfPage = 50;

export async function readPage(
  client: TrackunitClient,
  filter: Filter,
  of: { after?: string | null; signal?: AbortSignal | undefined },
): Promise<Page> {
  const { analyses } = await client.query<{
    analyses: {
      edges: readonly { node: Analysis }[];
      pageInfo: { hasNextPage: boolean; endCursor: string | null };
    };
  }>(
    {
      query: documents.Analyses,
      operationName: 'Analyses',
      variables: { ...filter, first: rowsOfPage, after: of.after ?? null },
    },
    { signal: of.signal },
  );
  const { hasNextPage, endCursor } = analyses.pageInfo;
  return {
    analyses: analyses.edges.map(({ node }) => node),
    next: hasNextPage ? endCursor : null,
  };
}

/** @returns null where there is none, or none of the caller's. */
export async function readOne(
  client: TrackunitClient,
  correlationId: string,
  signal?: AbortSignal,
): Promise<Analysis | null> {
  const { analysis } = await client.query<{ analysis: Analysis | null }>(
    { query: documents.Analysis, operationName: 'Analysis', variables: { correlationId } },
    { signal },
  );
  return analysis;
}
