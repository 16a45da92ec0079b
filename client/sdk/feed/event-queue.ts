const fullAt = 1_000;

/** Events pushed from several sources, read one by one. Who pushes waits for capacity before it reads more. */
export class EventQueue<T> {
  readonly #waiting: T[] = [];
  #failure: { readonly error: unknown } | undefined;
  #wake: () => void = () => undefined;
  readonly #full = new Set<() => void>();

  push(event: T): void {
    this.#waiting.push(event);
    this.#wake();
  }

  /** Resolves when fewer than a thousand events wait for their reader. */
  async waitForCapacity(): Promise<void> {
    while (this.#waiting.length >= fullAt)
      await new Promise<void>((resolve) => void this.#full.add(resolve));
  }

  /** Ends the reading with this error, after what was pushed before. The first failure counts. */
  fail(error: unknown): void {
    this.#failure ??= { error };
    this.#wake();
  }

  /** @throws what `fail` was given, once everything before it was read. */
  async next(): Promise<T> {
    for (;;) {
      const event = this.#waiting.shift();
      if (this.#waiting.length === fullAt - 1) this.#resumePushing();
      if (event !== undefined) return event;
      if (this.#failure !== undefined) throw this.#failure.error;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  #resumePushing(): void {
    for (const resolve of this.#full) resolve();
    this.#full.clear();
  }
}
