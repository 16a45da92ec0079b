import { LRUCache } from 'lru-cache';
import type { Adapter, AdapterPayload, ClientMetadata } from 'oidc-provider';

const mostEntries = 10_000; // sessions, codes, grants; the oldest go first

/**
 * The state of oidc-provider, in memory: after a restart browsers log in again, tokens stay valid.
 * Clients are found by their name instead of stored, which makes every user a client.
 */
export function createSessionStore(
  findClient: (id: string) => ClientMetadata | undefined,
): (model: string) => Adapter {
  const kept = new LRUCache<string, AdapterPayload>({ max: mostEntries });

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
        // A device code outlives its end for a while, so that the terminal and the person are told of it.
        const more = model === 'DeviceCode' ? 60 : 0;
        const ttl = expiresInSeconds ? (expiresInSeconds + more) * 1_000 : 0; // 0: without end
        kept.set(at(id), payload, { ttl });
        return Promise.resolve();
      },
      findByUid: (uid) => Promise.resolve(search((payload) => payload.uid === uid)?.payload),
      findByUserCode: (code) =>
        Promise.resolve(search((payload) => payload.userCode === code)?.payload),
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
