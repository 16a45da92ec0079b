// A subscription as any GraphQL client opens it: nothing is dropped or put right on its way.
import { createClient } from 'graphql-sse';
import type { User } from './harness/users.ts';

export interface PlainFeed {
  /** The analyses of the events so far, in their order, repeats too. */
  readonly heard: readonly string[];
  stop(): void;
}

/** Resolves when the gateway has answered, so that nothing from then on is missed. */
export async function openPlainFeed(
  url: string,
  user: User,
  field: 'onAnalysisStarted' | 'onAnalysisCompleted',
): Promise<PlainFeed> {
  const heard: string[] = [];
  const client = createClient({
    url: `${url}/graphql`,
    headers: async () => ({ authorization: `Bearer ${await user.token()}` }),
  });
  await new Promise<void>((resolve, reject) => {
    client.subscribe<Record<string, { correlationId: string }>>(
      { query: `subscription { ${field} { correlationId } }` },
      {
        next: ({ data }) => heard.push(data?.[field]?.correlationId ?? ''),
        error: reject,
        complete: () => undefined,
      },
      { connected: () => resolve() },
    );
  });
  return { heard, stop: () => client.dispose() };
}
