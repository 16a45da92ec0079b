/** Events pushed from several sources, read one by one; bounded by nothing but its reader. */
export class EventQueue<T> {
  readonly #waiting: T[] = [];
  #failure: { readonly error: unknown } | undefined;
  #wake: () => void = () => undefined;

  push(event: T): void {
    this.#waiting.push(event);
    this.#wake();
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
      if (event !== undefined) return event;
      if (this.#failure !== undefined) throw this.#failure.error;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}
