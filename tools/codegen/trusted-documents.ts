// The documents of our own clients by their ids: contracts/trusted-documents.json.
import { documents } from '../../client/sdk/graphql/documents.ts';
import { documentIdOf } from '../../gateway/graphql/trusted-documents.ts';

export const trustedDocuments = (): string =>
  `${JSON.stringify(
    Object.fromEntries(Object.values(documents).map((text) => [documentIdOf(text), text])),
    undefined,
    2,
  )}\n`;
