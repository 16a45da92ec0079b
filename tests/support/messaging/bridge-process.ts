// The bridge as a process of its own, to be killed or measured. In: an arrow as JSON, its window.
import { startBridge, type Arrow } from './bridge.ts';

const [arrow = '', window] = process.argv.slice(2);
startBridge(JSON.parse(arrow) as Arrow, { window: Number(window) });
