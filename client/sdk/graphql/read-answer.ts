import { UnavailableError, UnexpectedAnswerError } from '../http/errors.ts';
import { errorFromGraphQL } from './response-errors.ts';

export interface GraphQLRequest {
  readonly query: string;
  /** As its only field, but for the capital. */
  readonly operationName: string;
  readonly variables: Record<string, unknown>;
}

/**
 * `data` of the answer to a query or mutation.
 *
 * @throws {UnavailableError} NO_ANSWER: it ends in the middle.
 * @throws {UnexpectedAnswerError} NO_GRAPHQL: it is whole, and something else than GraphQL.
 * @throws {TrackunitError} the first entry of its `errors`.
 */
export async function readData<Data>(
  response: Response,
  { operationName }: GraphQLRequest,
): Promise<Data> {
  const text = await response.text().catch((error: unknown) => {
    throw cut(error);
  });
  const answer = parse(text);
  const errors: unknown = isObject(answer) ? answer['errors'] : undefined;
  if (Array.isArray(errors) && isObject(errors[0]) && typeof errors[0]['message'] === 'string') {
    const error = errorFromGraphQL(errors, response.status);
    if (error !== undefined) throw error;
  }
  const field = operationName.charAt(0).toLowerCase() + operationName.slice(1);
  const data = isObject(answer) ? answer['data'] : undefined;
  if (isObject(data) && data[field] !== undefined) return data as Data;
  throw noGraphQL(response, text, `\`data.${field}\``);
}

/** Undefined for what is no JSON. @throws {UnavailableError} for what may be the beginning of some. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (/^\s*([{[]|$)/.test(text)) throw cut(error);
    return undefined;
  }
}

/** JSON in place of a stream: the address of something else, or a gateway without subscriptions. */
export async function assertStream(response: Response): Promise<void> {
  if (!/json/.test(response.headers.get('content-type') ?? '')) return;
  throw noGraphQL(response, await response.text().catch(() => ''), 'a stream of events');
}

/** A page in place of an answer does not turn into one by itself. */
export function assertNoPage(response: Response, url: string): void {
  if (!response.ok || !response.headers.get('content-type')?.startsWith('text/html')) return;
  throw new UnexpectedAnswerError('HTML_ANSWER', `${url} answers with a page, not with GraphQL`, {
    remedy: 'Check the address, and for a proxy that asks to sign in.',
  });
}

const cut = (cause: unknown) => noAnswer('the answer is empty or ended in the middle', cause);

export const noAnswer = (message: string, cause: unknown) =>
  new UnavailableError('NO_ANSWER', message, { remedy: 'Try again later.', cause });

const noGraphQL = ({ status, headers }: Response, text: string, expected: string) =>
  new UnexpectedAnswerError(
    'NO_GRAPHQL',
    `invalid answer: expected ${expected}, got ${status} ${headers.get('content-type') ?? 'without a type'}: ` +
      text.slice(0, 80),
    { remedy: 'Check the address; do client and service have the same version?' },
  );

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;
