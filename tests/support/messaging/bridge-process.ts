// The bridge as a process of its own, to be killed or measured. In: an arrow as JSON, how many records it may have in flight.
import { startBridge, type Arrow } from './bridge.ts';

const [arrow = '', maxInFlight] = process.argv.slice(2);
startBridge(JSON.parse(arrow) as Arrow, { maxInFlight: Number(maxInFlight) });
