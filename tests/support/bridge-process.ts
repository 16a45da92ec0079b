// The bridge as a process of its own, for tests that kill it. In: an arrow as JSON argument.
import type { Arrow } from './harness/bridge.ts';
import { startBridge } from './harness/bridge.ts';

startBridge(JSON.parse(process.argv[2] ?? '') as Arrow, { window: 20 });
