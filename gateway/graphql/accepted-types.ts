import Negotiator from 'negotiator';

export const eventStream = 'text/event-stream';
// The first is what an Accept header without a preference gets, until the watershed of GraphQL over HTTP.
const jsonTypes = ['application/json', 'application/graphql-response+json'];

/** A range may name the charset too, and clients write it both ways. */
const offered = [...jsonTypes, eventStream].flatMap((type) =>
  ['utf-8', 'utf8'].map((charset) => `${type};charset=${charset}`),
);

/** The media types of answers that an Accept header allows, the preferred one first. */
export function acceptedTypes(accept: string | undefined): readonly string[] {
  const headers = { accept: accept?.trim() || undefined };
  const types = new Negotiator({ headers }).mediaTypes(offered);
  return [...new Set(types.map((type) => type.split(';', 1).join('')))];
}
