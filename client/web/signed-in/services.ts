// All that belongs to one signed-in person, from their login to its end.
import { createContext, useContext } from 'react';
import { createTrackunitClient, type TrackunitClient } from '../../sdk/index.ts';
import type { Account, Session } from '../account/session.ts';
import { followAnalyses, type LiveAnalyses } from '../analyses/live-analyses.ts';
import type { PhotoStore } from '../queue/photo-store.ts';
import { openUploadQueue, type UploadQueue } from '../queue/upload-queue.ts';

export interface Services {
  readonly session: Session;
  readonly account: Account;
  readonly client: TrackunitClient;
  readonly live: LiveAnalyses;
  readonly queue: UploadQueue;
}

/** @param signal ends all of it: streams, uploads, channels. */
export function startServices(
  { session, account, store }: { session: Session; account: Account; store: PhotoStore },
  signal: AbortSignal,
): Services {
  const { owner } = account;
  const client = createTrackunitClient({
    url: `${location.origin}/graphql`,
    token: session.token,
  });
  return {
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
