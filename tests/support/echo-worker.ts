// A worker process that says what it got; `sleep` never ends, `exit` ends the process.
import { createHash } from 'node:crypto';
import { serveOrders } from '../../platform/worker-process.ts';

if (process.argv[2] === 'exit') process.exit(1);
serveOrders(async (bytes, task: 'hash' | 'sleep' | 'exit') => {
  if (task === 'exit') process.exit(1);
  if (task === 'sleep') await new Promise(() => undefined);
  return { kind: 'hashed', hash: createHash('sha256').update(bytes).digest() };
});
