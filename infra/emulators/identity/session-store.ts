import { LRUCache } from 'lru-cache';
import type { Adapter, AdapterPayload, ClientMetadata } from 'oidc-provider';

const longestKept = 10_000; // sessions, codes, grants; the oldest go first

/**
 * What oidc-provider remembers, in memory: a restart asks browsers to log in again, tokens live on.
 * Clients are not stored but found by their name, which is what makes every user a client.
 */
export function createSessionStore(
  findClient: (id: string) => ClientMetadata | undefined,
): (model: string) => Adapter {
  const kept = new LRUCache<string, AdapterPayload>({ max: longestKept });

  return (model) => {
    const at = (id: string) => `${model}:${id}`;
    const read = (id: string) =>
      Promise.resolve(model === 'Client' ? findClient(id) : kept.get(at(id)));
    const search = (fits: (payload: AdapterPayload) => boolean) => {
      for (const [key, payload] of kept.entries())
        if (key.startsWith(at('')) && fits(payload)) return { key, payload };
      return undefined;
    };

    return {
      find: read,
      upsert(id, payload, expiresInSeconds) {
        const ttl = expiresInSeconds === undefined ? {} : { ttl: expiresInSeconds * 1_000 };
        kept.set(at(id), payload, ttl);
        return Promise.resolve();
      },
      findByUid: (uid) => Promise.resolve(search((payload) => payload.uid === uid)?.payload),
      findByUserCode: () => Promise.resolve(undefined), // the device flow is off
      consume(id) {
        const payload = kept.get(at(id));
        if (payload !== undefined) payload.consumed = Math.floor(Date.now() / 1_000);
        return Promise.resolve();
      },
      destroy(id) {
        kept.delete(at(id));
        return Promise.resolve();
      },
      revokeByGrantId(grantId) {
        const member = () => search((payload) => payload.grantId === grantId);
        for (let hit = member(); hit !== undefined; hit = member()) kept.delete(hit.key);
        return Promise.resolve();
      },
    };
  };
}
