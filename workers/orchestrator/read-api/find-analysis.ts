import { WorkflowNotFoundError } from '@temporalio/client';
import { correlationIdSchema } from '../../../contracts/recognition.ts';
import type { Analysis } from '../../../contracts/rest.ts';
import { analysisWorkflowId } from '../../../contracts/topology.ts';
import { Problem } from '../../../platform/http/problem.ts';
import type { Temporal } from '../../../platform/temporal/temporal.ts';
import { keys } from '../../../workflows/search-attributes.ts';
import { describeRun } from './describe-run.ts';

const timeoutMs = 3_000;

/**
 * The newest run of one analysis, from Temporal's own state (not from its lists, which lag).
 *
 * @throws {Problem} 404 no such id, or another owner's: the answer does not say which.
 */
export async function findAnalysis(
  temporal: Temporal,
  owner: string,
  given: string,
): Promise<Analysis> {
  const notFound = new Problem(
    404,
    'NO_ANALYSIS',
    'no analysis with this id among those of this owner',
  );
  const id = correlationIdSchema.safeParse(given);
  if (!id.success) throw notFound;
  return temporal.withTimeout(timeoutMs, async (client) => {
    const run = await client.workflow
      .getHandle(analysisWorkflowId(id.data))
      .describe()
      .catch((error: unknown) => {
        throw error instanceof WorkflowNotFoundError ? notFound : error;
      });
    if (run.typedSearchAttributes.get(keys.owner) !== owner) throw notFound;
    return describeRun(client, run);
  });
}
