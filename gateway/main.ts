// graph-gateway, steps 1, 2, 4, 8, 15. In: GraphQL; streams graph.subs.*. Out: calls to services; SSE.
import { processSettings } from '../contracts/settings.ts';
import { rabbitTopology } from '../contracts/topology.ts';
import { issuerKeys } from '../platform/auth/issuer-keys.ts';
import { createRestClient } from '../platform/http/rest-client.ts';
import { connectRabbit } from '../platform/rabbitmq/rabbitmq.ts';
import { runService } from '../platform/service.ts';
import { createTokenVerifier } from './auth/verify-token.ts';
import { createGateway, gatewaySettings } from './gateway.ts';
import { connectRedis } from './limits/redis.ts';

const name = 'graph-gateway';

runService({
  name,
  settings: {
    ...processSettings(
      name,
      ...(['INTERNAL_TOKEN', 'RABBITMQ_URL'] as const),
      ...(['INGESTION_URL', 'ORCHESTRATOR_URL', 'REGISTER_URL', 'MEDIA_ACCESS_URL'] as const),
      ...(['OIDC_AUDIENCE', 'OIDC_OWNER_CLAIMS', 'REDIS_URL'] as const),
    ),
    ...gatewaySettings,
  },
  start({ config, logger, registry }) {
    const rabbit = connectRabbit({
      url: config.RABBITMQ_URL,
      name,
      topology: rabbitTopology,
      logger,
    });
    const redis =
      config.REDIS_URL === undefined ? undefined : connectRedis(config.REDIS_URL, logger);
    const restClient = (service: string, baseUrl: string) =>
      createRestClient({ name: service, baseUrl, internalToken: config.INTERNAL_TOKEN });
    const gateway = createGateway({
      config,
      verifyToken: createTokenVerifier({
        issuer: config.OIDC_ISSUER,
        audience: config.OIDC_AUDIENCE,
        ownerClaims: config.OIDC_OWNER_CLAIMS,
        keys: issuerKeys(config.OIDC_ISSUER),
      }),
      ingestion: restClient('tu-ingestion-service', config.INGESTION_URL),
      orchestrator: restClient('svc-analysis-orchestrator', config.ORCHESTRATOR_URL),
      register: restClient('tu-register-service', config.REGISTER_URL),
      mediaAccess: restClient('tu-media-access-service', config.MEDIA_ACCESS_URL),
      rabbit,
      redis,
      registry,
      logger,
    });
    return {
      ...gateway,
      stop: [
        ...gateway.stop,
        { name: 'rabbitmq', stop: () => rabbit.close() },
        { name: 'redis', stop: () => Promise.resolve(redis?.stop()) },
      ],
    };
  },
});
