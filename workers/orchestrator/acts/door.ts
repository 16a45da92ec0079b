// The one door for acts: of owners through the gateway, of operators with a token of their own.
import type { Context, Hono } from 'hono';
import { z } from 'zod';
import {
  actorSchema,
  cancelRequestSchema,
  correctionRequestSchema,
  deleteRequestQuerySchema,
  redoRequestSchema,
} from '../../../contracts/acts.ts';
import { correlationIdSchema, ownerSchema } from '../../../contracts/recognition.ts';
import { ownerHeader } from '../../../contracts/rest.ts';
import {
  forbidden,
  verifyAccessToken,
  type TrustedIssuer,
} from '../../../platform/auth/verify-access-token.ts';
import { hasInternalToken, parseOrProblem, readJson } from '../../../platform/http/http-server.ts';
import { Problem } from '../../../platform/http/problem.ts';
import type { Act, Acts, Caller } from './acts.ts';
import type { RegisterClient } from './register-client.ts';

export interface DoorDeps {
  readonly acts: Acts;
  readonly register: RegisterClient;
  readonly internalToken: string;
  /** Whose tokens operators have. */
  readonly issuer: TrustedIssuer;
}

const operatorScope = 'operator';

/** @param orUnavailable answers 503 while Temporal is unavailable. */
export function addDoor(
  app: Hono,
  deps: DoorDeps,
  orUnavailable: <Answer>(answer: Promise<Answer>) => Promise<Answer>,
): void {
  const { acts, register } = deps;
  const actOf = async (c: Context, reason?: string): Promise<Act> => ({
    caller: await callerOf(c, deps),
    correlationId: correlationIdOf(c),
    reason,
  });
  const requireOperator = async (c: Context) => {
    const { owner } = await callerOf(c, deps);
    if (owner !== undefined)
      throw new Problem(403, 'FORBIDDEN', `for operators: a token with scope ${operatorScope}`);
  };

  const analyses = '/internal/v0/analyses/:correlationId';
  app.put(`${analyses}/correction`, async (c) => {
    const act = await actOf(c);
    const { reason, ...fields } = await readJson(c, correctionRequestSchema);
    return c.json(await orUnavailable(acts.correct({ ...act, reason }, fields)));
  });
  app.delete(analyses, async (c) => {
    const act = await actOf(c);
    const { reason } = parseOrProblem(deleteRequestQuerySchema, c.req.query());
    return c.json(await orUnavailable(acts.remove({ ...act, reason })));
  });
  app.post(`${analyses}/redo`, async (c) => {
    const act = await actOf(c);
    const { reason, running } = await readJson(c, redoRequestSchema);
    if (act.caller.owner !== undefined && running !== 'refuse')
      throw new Problem(403, 'FORBIDDEN', 'running: an owner cancels it, and redoes it then');
    const runId = await orUnavailable(acts.redo({ ...act, reason }, running));
    return c.json({ status: 'Started', runId }, 202);
  });
  app.post(`${analyses}/cancel`, async (c) => {
    const act = await actOf(c);
    const { reason } = await readJson(c, cancelRequestSchema);
    await orUnavailable(acts.cancel({ ...act, reason }));
    return c.json({ status: 'Requested' }, 202);
  });

  app.get('/internal/v0/audit', async (c) => {
    await requireOperator(c);
    return c.json(await register.listAudit(new URL(c.req.url).searchParams.toString()));
  });
  app.get('/internal/v0/corrections', async (c) => {
    await requireOperator(c);
    return c.json(await register.listCorrections(new URL(c.req.url).searchParams.toString()));
  });
  app.post('/internal/v0/register/rebuild', async (c) => {
    await requireOperator(c);
    await register.beginRebuild();
    return c.json({ status: 'Begun' }, 202);
  });
  app.get('/internal/v0/register/rebuild', async (c) => {
    await requireOperator(c);
    return c.json(await register.rebuildProgress());
  });
}

const ownerHeaderSchema = z.object({ [ownerHeader]: ownerSchema });

/**
 * A service of ours acts for the owner whom it names; anybody else for nobody, as an operator.
 *
 * @throws {Problem} 401, or 403 `FORBIDDEN` without scope `operator`.
 */
async function callerOf(c: Context, { internalToken, issuer }: DoorDeps): Promise<Caller> {
  if (hasInternalToken(c, internalToken)) {
    const owner = parseOrProblem(ownerHeaderSchema, c.req.header())[ownerHeader];
    return { actor: `owner:${owner}`, owner };
  }
  const { claims, scopes } = await verifyAccessToken(c.req.header('authorization'), issuer);
  if (!scopes.includes(operatorScope))
    throw forbidden(`access token without scope ${operatorScope}`);
  const actor = actorSchema.safeParse(`operator:${claims.sub ?? ''}`);
  if (!actor.success)
    throw new Problem(403, 'FORBIDDEN', 'sub of the access token: not 1 to 255 visible characters');
  return { actor: actor.data, owner: undefined };
}

function correlationIdOf(c: Context): string {
  const id = correlationIdSchema.safeParse(c.req.param('correlationId'));
  if (id.success) return id.data;
  throw new Problem(404, 'NO_ANALYSIS', 'no analysis with this id among those of this owner');
}
