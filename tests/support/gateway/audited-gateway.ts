// The gateway of stack `test` for the audits: an address, a token, events on demand.
import { randomUUID } from 'node:crypto';
import { decodeJwt } from 'jose';
import { clientCredentials } from '../../../client/cli/tokens/client-credentials.ts';
import { encodeEvent } from '../../../contracts/cloudevents.ts';
import { exchanges, rabbitTopology } from '../../../contracts/topology.ts';
import { aRun, startedEvent } from './announced-run.ts';
import { ownerFrom } from '../../../gateway/auth/verify-token.ts';
import { clientSecretOf } from '../../../infra/emulators/identity/local-user.ts';
import { rabbitmqUrl } from '../../../infra/stack/environment.ts';
import { healthUrlOf } from '../../../infra/stack/ports.ts';
import { connectStack } from '../../../infra/supervisor/control-client.ts';
import { silentLogger } from '../../../platform/logger.ts';
import { connectRabbit } from '../../../platform/rabbitmq/rabbitmq.ts';
import type { AuditedServer } from '../graphql-over-sse/rule.ts';

export interface AuditedGateway extends AuditedServer {
  close(): Promise<void>;
}

/** What can be audited of the subscriptions: one event of each is triggered by a start. */
export const auditedSubscriptions = {
  onAnalysisStarted: {
    query: 'subscription { onAnalysisStarted { eventId objectKey } }',
    fields: ['eventId', 'objectKey'],
  },
  analysisEvents: {
    query: `subscription { analysisEvents { cursor event {
      ... on AnalysisStarted { eventId } ... on AnalysisCompleted { eventId } } } }`,
    fields: ['cursor', 'event'],
  },
} as const;

/** With a user of its own. */
export async function auditedGateway(
  subscription: keyof typeof auditedSubscriptions,
): Promise<AuditedGateway> {
  const stack = await connectStack('test');
  const url = stack.url('graph-gateway');
  const user = `audit-${randomUUID()}`;
  const token = await clientCredentials({
    issuer: stack.url('identity'),
    clientId: user,
    clientSecret: clientSecretOf(user, stack.stack.secrets.IDENTITY_SECRET),
  })();
  const owner = ownerFrom(decodeJwt(token), ['iss', 'sub']);
  const rabbit = connectRabbit({
    url: rabbitmqUrl(stack.stack),
    name: user,
    topology: rabbitTopology,
    logger: silentLogger(),
  });
  await new Promise<void>((resolve) => {
    if (rabbit.state === 'connected') resolve();
    rabbit.onState((state) => {
      if (state === 'connected') resolve();
    });
  });
  return {
    url: `${url}/graphql`,
    headers: { authorization: `Bearer ${token}` },
    query: '{ ping }',
    mutation: `mutation { startUpload(filename: "a.jpg", contentType: "image/jpeg", bytes: 1,
      checksum: "sha256:${'a'.repeat(64)}") { correlationId } }`,
    subscription: {
      ...auditedSubscriptions[subscription],
      trigger: () => rabbit.publish(startedMessage(owner)),
    },
    openStreams: async () => {
      const metrics = await (
        await fetch(`${healthUrlOf(stack.stack, 'graph-gateway')}/metrics`)
      ).text();
      return Number(/^gateway_streams_open (\d+)$/m.exec(metrics)?.[1]);
    },
    close: () => rabbit.close(),
  };
}

function startedMessage(owner: string) {
  const event = startedEvent(owner, aRun({ runId: randomUUID() }));
  return {
    exchange: exchanges.analysisStarted,
    messageId: event.id,
    type: event.type,
    ...encodeEvent(event, 'cloudEvents_'),
  };
}
