import { Gauge, type Registry } from 'prom-client';
import { deadLetterQueue, workQueues } from '../../contracts/topology.ts';
import type { Logger } from '../../platform/logger.ts';
import type { RabbitConnection } from '../../platform/rabbitmq/rabbitmq.ts';

/** Keeps gauge `orchestrator_dead_letters`, asked of RabbitMQ when somebody reads it. */
export function countDeadLetters(parts: {
  readonly rabbit: Pick<RabbitConnection, 'countMessages'>;
  readonly registry: Registry;
  readonly logger: Logger;
}): void {
  const { rabbit, registry, logger } = parts;
  new Gauge({
    name: 'orchestrator_dead_letters',
    help: 'Messages in a dead letter queue; absent while RabbitMQ does not tell.',
    labelNames: ['queue'],
    registers: [registry],
    async collect() {
      this.reset();
      for (const queue of Object.values(workQueues).map(deadLetterQueue))
        try {
          this.set({ queue }, await rabbit.countMessages(queue));
        } catch (error) {
          logger.debug({ err: error, queue }, 'dead letters could not be counted');
        }
    },
  });
}
