import type { ServiceName } from '../../infra/stack/service.ts';

/** The seven processes of the journey. */
export const journeyProcesses = [
  'graph-gateway',
  'tu-ingestion-service',
  'tu-media-access-service',
  'svc-ai-vision-adapter',
  'svc-messaging-bridge',
  'svc-analysis-orchestrator',
  'recognition-worker',
] as const satisfies ServiceName[];
