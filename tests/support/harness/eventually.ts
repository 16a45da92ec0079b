import { setTimeout as delay } from 'node:timers/promises';

const pauseMs = 10;

/**
 * Repeats a check until it returns anything but false, and returns that.
 *
 * @throws {Error} at the deadline: the check's own last error, or the source of the check that stayed false.
 */
export async function eventually<Value>(
  check: () => Value | Promise<Value>,
  { within = 30_000 }: { within?: number } = {},
): Promise<Exclude<Value, false>> {
  const deadline = Date.now() + within;
  for (;;) {
    try {
      const value = await check();
      if (value !== false) return value as Exclude<Value, false>;
      if (Date.now() > deadline) throw new Error(`false for ${within} ms: ${check.toString()}`);
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
    await delay(pauseMs);
  }
}
