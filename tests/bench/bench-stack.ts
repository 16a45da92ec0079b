import type { StackControl } from '../../infra/supervisor/control-client.ts';

/** How the bench reaches the stack: the client's credentials and the servers' addresses. */
export interface BenchStack {
  readonly control: StackControl;
  readonly graphqlUrl: string;
  readonly issuer: string;
  readonly clientSecret: (name: string) => string;
  readonly rabbitUrl: string;
  readonly temporalAddress: string;
}
