import { z } from 'zod';
import { deletionsPageSchema } from '../../../contracts/acts.ts';
import type { RestClient } from '../../../platform/http/rest-client.ts';
import type { Tombstones } from './sweep-deletions.ts';

const timeoutMs = 5_000;
const pageSize = 500;

/** The deletions that the register knows. Its errors are those of {@link RestClient.call}. */
export function readTombstones(register: Pick<RestClient, 'call'>): Tombstones {
  return {
    async *listUnerased() {
      let after = '';
      for (;;) {
        const { items, hasNextPage } = await register.call({
          method: 'GET',
          path: `/v1/deletions?erased=false&first=${pageSize}${after}`,
          answer: deletionsPageSchema,
          timeoutMs,
        });
        yield* items;
        const last = items.at(-1);
        if (!hasNextPage || last === undefined) return;
        after = `&after=${encodeURIComponent(last.cursor)}`;
      }
    },
    async markErased({ correlationId, owner }) {
      await register.call({
        method: 'POST',
        path: `/v1/analyses/${correlationId}/deletion/erased`,
        body: { owner },
        answer: z.unknown(),
        timeoutMs,
      });
    },
  };
}
