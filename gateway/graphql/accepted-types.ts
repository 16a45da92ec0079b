import Negotiator from 'negotiator';

export const eventStream = 'text/event-stream';
// The first is what an Accept header without a preference gets, until the watershed of GraphQL over HTTP.
const jsonTypes = ['application/json', 'application/graphql-response+json'];

/** A range may name the charset too, and clients write it both ways. */
const offered = [...jsonTypes, eventStream].flatMap((type) =>
  ['utf-8', 'utf8'].map((charset) => `${type};charset=${charset}`),
);

/** Clients ask for a version or a format of JSON too, and take it without; a quoted value may hold anything. */
const otherParameters = /;(?!\s*(?:q|charset)\s*=)(?:"(?:\\.|[^"\\])*"?|[^";,])*/gi;

/** The media types of answers that an Accept header allows, the preferred one first. */
export function acceptedTypes(accept: string | undefined): readonly string[] {
  const headers = { accept: accept?.replaceAll(otherParameters, '').trim() || undefined };
  const types = new Negotiator({ headers }).mediaTypes(offered);
  return [...new Set(types.map((type) => type.split(';', 1).join('')))];
}
