/** What the audit needs to know of a server. */
export interface AuditedServer {
  readonly url: string;
  /** Sent with every request, for instance `authorization`. */
  readonly headers: Readonly<Record<string, string>>;
  /** A query that succeeds. */
  readonly query: string;
  /** A valid mutation; the audit expects it to be refused before it runs. */
  readonly mutation: string;
  readonly subscription: {
    readonly query: string;
    /** Makes its next event come. */
    trigger(): Promise<void>;
    /** The fields that the query selects below its root field. */
    readonly fields: readonly string[];
  };
  /** How many subscriptions the server holds open; without it S16 is not checked. */
  openStreams?(): Promise<number>;
}

export interface Rule {
  /** Permanent: a rule that goes leaves its id unused. */
  readonly id: string;
  readonly level: 'MUST' | 'SHOULD';
  readonly says: string;
  /** @throws what is wrong. `not checked`: the server does not offer what the rule needs. */
  readonly check: (server: AuditedServer) => Promise<'not checked' | undefined>;
}
