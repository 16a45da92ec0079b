const pauseMs = 25;

/**
 * Repeats a check until it passes and returns its value.
 *
 * @throws the check's last error when it still fails at the deadline.
 */
export async function eventually<Value>(
  check: () => Value | Promise<Value>,
  { within = 15_000 }: { within?: number } = {},
): Promise<Value> {
  const deadline = Date.now() + within;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}
