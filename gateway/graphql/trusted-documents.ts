import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { Problem } from '../../platform/http/problem.ts';

/** `off`: an id is refused; `allowed`: an id stands for its document; `required`: no other document is answered. */
export type TrustedMode = 'off' | 'allowed' | 'required';

/** Either may be given; a request of both is refused. */
export interface GivenDocument {
  readonly query?: string | undefined;
  readonly documentId?: string | undefined;
}

/** @returns the text of the document. @throws {Problem} 400 where there is none, or none that is trusted. */
export type ResolveDocument = (given: GivenDocument) => string;

const manifestSchema = z.record(z.string().regex(/^sha256:[0-9a-f]{64}$/), z.string().min(1));

const ownManifest = new URL('../../contracts/trusted-documents.json', import.meta.url);

/** As GraphQL over HTTP, appendix A, names a document: by the SHA-256 of its text in UTF-8. */
export const documentIdOf = (text: string): string =>
  `sha256:${createHash('sha256').update(text).digest('hex')}`;

/**
 * The documents of this repository's clients, and those of a file beside them.
 *
 * @param file a JSON object from id to text, as `contracts/trusted-documents.json` is.
 * @throws where the file cannot be read, or an id is not that of its text.
 */
export function createTrustedDocuments(mode: TrustedMode, file?: string): ResolveDocument {
  const trusted = new Map<string, string>();
  if (mode !== 'off')
    for (const from of file === undefined ? [ownManifest] : [ownManifest, file])
      for (const [id, text] of Object.entries(readManifest(from))) trusted.set(id, text);

  return ({ query, documentId }) => {
    if (query !== undefined && documentId !== undefined)
      throw new Problem(400, 'BAD_REQUEST', 'send query or documentId, not both');
    if (documentId !== undefined) {
      const text = trusted.get(documentId);
      if (text !== undefined) return text;
      throw new Problem(400, 'PERSISTED_DOCUMENT_NOT_FOUND', 'documentId: no document of this id');
    }
    if (query === undefined) throw new Problem(400, 'BAD_REQUEST', 'query: missing');
    // A client that sends the text of a trusted document sends nothing else by it.
    if (mode !== 'required' || trusted.has(documentIdOf(query))) return query;
    throw new Problem(
      400,
      'PERSISTED_DOCUMENT_REQUIRED',
      'query: only trusted documents are answered here; send the documentId of one',
    );
  };
}

function readManifest(from: string | URL): Readonly<Record<string, string>> {
  const manifest = manifestSchema.parse(JSON.parse(readFileSync(from, 'utf8')));
  for (const [id, text] of Object.entries(manifest))
    if (documentIdOf(text) !== id)
      throw new Error(`${String(from)}: ${id} is not the SHA-256 of its document`);
  return manifest;
}
