/**
 * Which event ids were read before: for at least `keepMs`, at most twice that. Two generations cost
 * one comparison more per event and no clock per id.
 */
export class KnownIds {
  readonly #keepMs: number;
  readonly #now: () => number;
  #current = new Set<string>();
  #previous = new Set<string>();
  #turnedAt: number;

  constructor(keepMs: number, now: () => number = Date.now) {
    this.#keepMs = keepMs;
    this.#now = now;
    this.#turnedAt = now();
  }

  get size(): number {
    return this.#current.size + this.#previous.size;
  }

  /** True the first time. */
  add(fingerprint: string): boolean {
    if (this.#now() - this.#turnedAt >= this.#keepMs) {
      this.#previous = this.#current;
      this.#current = new Set();
      this.#turnedAt = this.#now();
    }
    if (this.#current.has(fingerprint)) return false;
    const isNew = !this.#previous.has(fingerprint);
    this.#current.add(fingerprint); // a repeat is remembered from its last sight on
    return isNew;
  }
}
