// The system in one table: who runs, what it needs, where it listens.
import type { Part } from './part.ts';
import { kafka } from './servers/kafka.ts';
import { minio } from './servers/minio.ts';
import { epmd, rabbitmq } from './servers/rabbitmq.ts';
import { temporal } from './servers/temporal.ts';
import type { Stack } from './stack.ts';

export const servers: readonly Part[] = [minio, kafka, epmd, rabbitmq, temporal];

/** The servers that a stack runs itself. */
export const serversOf = (_stack: Stack): readonly Part[] => servers;
