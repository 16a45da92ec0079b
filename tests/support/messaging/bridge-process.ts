// The bridge as a process of its own, for tests that kill it. In: an arrow as JSON argument.
import type { Arrow } from './bridge-fixture.ts';
import { startBridge } from './bridge-fixture.ts';

startBridge(JSON.parse(process.argv[2] ?? '') as Arrow, { window: 20 });
