// The orchestrator's door where Temporal and the register know of no analysis, and no issuer has keys.
import type { DoorDeps } from '../../../workers/orchestrator/acts/door.ts';
import { createActs } from '../../../workers/orchestrator/acts/acts.ts';
import type { RegisterClient } from '../../../workers/orchestrator/acts/register-client.ts';
import { Problem } from '../../../platform/http/problem.ts';
import { silentLogger } from '../../../platform/logger.ts';
import type { Temporal } from '../../../platform/temporal/temporal.ts';

const none = () => Promise.reject(new Problem(404, 'NO_ANALYSIS', 'no analysis with this id'));

export const emptyRegister: RegisterClient = {
  correct: none,
  remove: none,
  writeAudit: () => Promise.resolve(),
  listAudit: () => Promise.resolve({ items: [], hasNextPage: false }),
  listCorrections: () => Promise.resolve({ items: [], hasNextPage: false }),
  findOwner: () => Promise.resolve(undefined),
  beginRebuild: () => Promise.resolve(),
  rebuildProgress: () => Promise.resolve({ sources: [] }),
};

export const emptyDoor = (
  temporal: Pick<Temporal, 'withTimeout'>,
  more: Partial<Omit<DoorDeps, 'internalToken'>> = {},
): Omit<DoorDeps, 'internalToken'> => ({
  acts: createActs({ temporal, register: emptyRegister, logger: silentLogger() }),
  register: emptyRegister,
  issuer: {
    issuer: 'https://issuer.test',
    audience: 'urn:test',
    keys: () => Promise.reject(new Error('no keys')),
  },
  ...more,
});
