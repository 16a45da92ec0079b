// Recorded answers of Vision, as people keep them: one answer, a batch, or what a client call resolves to.
import { asDecoded } from './response-builder.ts';
import type { AnnotateImageResponse } from '../../../services/vision-adapter/vision/vision-client.ts';

/**
 * @param json may begin with a byte order mark, as editors and shells of Windows write it.
 * @throws {SyntaxError} no JSON.
 * @throws {TypeError} JSON, but not of Vision's shape: the message says where.
 */
export function readAnswer(json: string): AnnotateImageResponse {
  const given: unknown = JSON.parse(json.replace(/^\uFEFF/, ''));
  const first: unknown = Array.isArray(given) ? given[0] : given;
  const batch = (first as { responses?: unknown } | null)?.responses;
  const answer: unknown = Array.isArray(batch) ? batch[0] : first;
  if (typeof answer !== 'object' || answer === null)
    throw new TypeError(
      'not an answer of Vision: expected an object with textAnnotations, logoAnnotations ...',
    );
  return asDecoded(answer);
}
