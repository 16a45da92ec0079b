// All that belongs to one signed-in person, from their login to its end.
import { createContext, useContext } from 'react';
import { createTrackunitClient, type TrackunitClient } from '../../sdk/index.ts';
import type { Account, Session } from '../account/session.ts';
import { followAnalyses, type LiveAnalyses } from '../analyses/live-analyses.ts';
import type { PhotoStore } from '../queue/photo-store.ts';
import { openUploadQueue, type UploadQueue } from '../queue/upload-queue.ts';
import { createValue, type Value } from '../tabs/value.ts';

export interface Services {
  readonly session: Session;
  readonly account: Account;
  readonly client: TrackunitClient;
  readonly live: LiveAnalyses;
  readonly queue: UploadQueue;
  /** Whether the service answers, as far as this tab knows. */
  readonly reachable: Value<boolean>;
}

/** Of the client, and of the session where its issuer does not answer. */
const unreachableCodes = new Set(['UNREACHABLE', 'ISSUER_UNREACHABLE']);

/** @param signal ends all of it: streams, uploads, channels. */
export function startServices(
  { session, account, store }: { session: Session; account: Account; store: PhotoStore },
  signal: AbortSignal,
): Services {
  const { owner } = account;
  const reachable = createValue(true);
  const client = createTrackunitClient({
    url: `${location.origin}/graphql`,
    token: session.tokenOf(owner),
    async fetch(input, init) {
      const answer = await fetch(input, init);
      reachable.set(true);
      return answer;
    },
    onRetry({ failure }) {
      if (unreachableCodes.has(failure.code)) reachable.set(false);
    },
  });
  return {
    reachable,
    session,
    account,
    client,
    live: followAnalyses(client, owner, signal),
    queue: openUploadQueue({ store, client, owner, signal }),
  };
}

export const ServicesContext = createContext<Services | undefined>(undefined);

export function useServices(): Services {
  const services = useContext(ServicesContext);
  if (services === undefined) throw new Error('nobody is signed in');
  return services;
}
