import { Registry, collectDefaultMetrics } from 'prom-client';

export type Check = () => Promise<void> | void;

export interface HealthReport {
  ok: boolean;
  checks: Record<string, string>;
  /** What works but needs an operator, by name, with its remedy; never a reason to fail. */
  warnings?: Readonly<Record<string, string>> | undefined;
}

/** What `/readyz`, `/livez` and `/metrics` of one process answer from. */
export interface Health {
  readonly registry: Registry;
  ready(): Promise<HealthReport>;
  live(): HealthReport;
}

const checkDeadlineMs = 1_000;

export interface HealthChecks {
  /** Without one of these the process can do nothing, so it is not ready. */
  readonly required?: Readonly<Record<string, Check>>;
  /** Servers that may be unavailable for a while: named in the answer, never a reason to fail. */
  readonly shared?: Readonly<Record<string, Check>>;
  /** What an operator should correct, as known now. */
  readonly warnings?: () => Readonly<Record<string, string>>;
  /** Throws when there is work and no progress; waiting for a named server is progress. */
  readonly progress?: () => void;
}

export function createHealth(checks: HealthChecks = {}, registry = new Registry()): Health {
  collectDefaultMetrics({ register: registry });
  return {
    registry,
    async ready() {
      const [required, shared] = await Promise.all([
        runChecks(checks.required ?? {}),
        runChecks(checks.shared ?? {}),
      ]);
      return {
        ok: Object.values(required).every((answer) => answer === 'ok'),
        checks: { ...required, ...shared },
        warnings: checks.warnings?.(),
      };
    },
    live() {
      try {
        checks.progress?.();
        return { ok: true, checks: { progress: 'ok' } };
      } catch (error) {
        return { ok: false, checks: { progress: (error as Error).message } };
      }
    },
  };
}

async function runChecks(checks: Readonly<Record<string, Check>>) {
  const answers = await Promise.all(
    Object.entries(checks).map(async ([name, check]) => [name, await answerOf(check)] as const),
  );
  return Object.fromEntries(answers);
}

async function answerOf(check: Check): Promise<string> {
  const deadline = Promise.withResolvers<string>();
  const timer = setTimeout(() => {
    deadline.resolve(`no answer within ${checkDeadlineMs} ms`);
  }, checkDeadlineMs);
  const answer = (async () => {
    await check();
    return 'ok';
  })().catch((error: unknown) => (error as Error).message);
  void answer.then(deadline.resolve);
  return deadline.promise.finally(() => {
    clearTimeout(timer);
  });
}
