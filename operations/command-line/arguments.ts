import { parseArgs } from 'node:util';
import { correlationIdSchema } from '../../contracts/recognition.ts';
import { ownerOf } from '../../contracts/rest.ts';
import { pick } from '../../contracts/settings.ts';
import { correlationIdOf } from '../../contracts/topology.ts';
import { readConfig } from '../../platform/config.ts';

export const usage = `npm run ops -- <command>

  analyses list [--state running|paused|completed|failed|cancelled|terminated] [--owner <owner>]
                [--brand <brand>] [--code <failure code>] [--first 20]
  analyses show <id>                 its step, why it waits, how it ended and what helps
  analyses cancel <id> [--reason <why>]
                                     its client gets CANCELLED
  analyses redo <id> [--terminate]   a new run with the old input; a running one is cancelled first,
                                     with --terminate ended at once; --reason as above
  analyses redo --state <state> | --code <failure code> [--first 20]
                                     all that list shows under this filter, each photo once

  audit [<id>] [--owner <owner>] [--actor <actor>] [--since 2h] [--first 20] [--json]
                                     who did what, when and why: owner:<owner> or operator:<subject>
  register rebuild                   reads again what streams, Kafka and Temporal hold; corrections and deletions stay
  corrections export <file>          what owners corrected, as a truth file for \`npm run bench -- recognition <file>\`

  owners hash <user>                 the <owner> of a user, from the claims of OIDC_OWNER_CLAIMS but the issuer,
                                     separated by commas

  dead-letters list                  what could not be delivered, on both brokers, with origin and reason
  dead-letters show <dead letter>    all of one, its body too
  dead-letters redrive <dead letter> | --all   back to its origin, under the event id it had
  dead-letters drop <dead letter> | --all      deleted

  keys rotate [--now]                new keys of the object store and for upload tickets, of the local stack;
                                     the previous ones stay valid for 24 h, with --now (leaked) they end at once

<id> is the correlationId, or analysis-<correlationId> as the Temporal UI shows it.
<dead letter> is the id that list shows.
cancel, redo, audit, register and corrections go through the orchestrator (ORCHESTRATOR_URL) with OPERATOR_TOKEN, an access
token with scope operator; at the local stack it is taken by itself.
The servers are those of the local stack, or at TEMPORAL_ADDRESS and TEMPORAL_NAMESPACE, KAFKA_BROKERS, RABBITMQ_URL.
<owner> depends on OIDC_ISSUER and OIDC_OWNER_CLAIMS: as the gateway has them.`;

/** The command line is invalid; `message` says which part, and what is allowed. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export type Options = ReturnType<typeof parse>['values'];

/** Prints each line as soon as it is known: an error on the way hides nothing that was done. */
export type Print = (line: string) => void;

export type Command = (
  id: string | undefined,
  options: Options,
  print: Print,
) => Promise<readonly string[]>;

/** @throws {UsageError} an option or a value that is not allowed. */
export function readArguments() {
  const { positionals, values } = parse();
  const [subject = '', ...words] = positionals;
  const [verb = '', id, ...more] = subject === 'audit' ? ['list', ...words] : words;
  if (more.length > 0) throw new UsageError(`unexpected arguments: ${more.join(' ')}`);
  if (!/^[1-9]\d{0,3}$/.test(values.first))
    throw new UsageError(`invalid --first '${values.first}': expected a number from 1 to 9999`);
  return { command: `${subject} ${verb}`, id, options: values };
}

/** @throws {UsageError} not the id of an analysis. */
export function readId(text: string | undefined): string {
  const id = correlationIdSchema.safeParse(correlationIdOf(text ?? '') ?? text);
  if (id.success) return id.data;
  throw new UsageError(
    text === undefined
      ? 'id missing: expected a correlationId'
      : `invalid id '${text}': expected a correlationId`,
  );
}

/**
 * The owner that events, logs and Temporal show, of a user as the issuer names them: the other way round
 * there is none. Nothing is asked for, so it also answers about users who never sent a photo.
 *
 * @throws {UsageError} other values than OIDC_OWNER_CLAIMS asks for.
 */
export function ownerHash(
  user: string | undefined,
  config = readConfig(pick('OIDC_ISSUER', 'OIDC_OWNER_CLAIMS')),
): string {
  const names = config.OIDC_OWNER_CLAIMS.filter((name) => name !== 'iss');
  const values = (user ?? '').split(',').map((value) => value.trim());
  if (values.length !== names.length || values.includes(''))
    throw new UsageError(`invalid user '${user ?? ''}': expected the claims ${names.join(',')}`);
  const next = values.values();
  return ownerOf(
    config.OIDC_OWNER_CLAIMS.map((name) =>
      name === 'iss' ? config.OIDC_ISSUER : (next.next().value ?? ''),
    ),
  );
}

function parse() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        state: { type: 'string' },
        owner: { type: 'string' },
        brand: { type: 'string' },
        code: { type: 'string' },
        first: { type: 'string', default: '20' },
        actor: { type: 'string' },
        since: { type: 'string' },
        reason: { type: 'string' },
        json: { type: 'boolean', default: false },
        terminate: { type: 'boolean', default: false },
        all: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    if (error instanceof TypeError && 'code' in error) throw new UsageError(error.message);
    throw error;
  }
}
