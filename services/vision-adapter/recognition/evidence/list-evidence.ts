// Claims as the owner of the photo is shown them: what kind of thing speaks for the answer, and where it is.
import { mostEvidence, type EvidenceItem } from '../../../../contracts/recognition.ts';
import type { Claim, Outline, PictureSize, Source } from './evidence.ts';

const sources: Readonly<Record<Source, EvidenceItem['source']>> = {
  lettering: 'WORD',
  'model-number': 'MODEL_NUMBER',
  logo: 'LOGO',
  object: 'OBJECT',
  label: 'LABEL',
  'web-entity': 'WEB',
  'best-guess': 'WEB',
  'page-titles': 'WEB',
};

/**
 * At most 20, what is alike once.
 *
 * @param picture the size of what Vision was given, upright; undefined: boxes are not known.
 */
export function listEvidence(
  claims: readonly Claim[],
  picture: PictureSize | undefined,
): EvidenceItem[] {
  const items = claims
    .filter(({ weight }) => weight > 0)
    .map(({ source, reason, outline }): EvidenceItem => ({
      source: sources[source],
      reason,
      box: picture === undefined || outline === undefined ? null : boxOf(outline, picture),
    }));
  const byContent = new Map(items.map((item) => [JSON.stringify(item), item]));
  return [...byContent.values()].slice(0, mostEvidence);
}

/**
 * The box around an outline, in shares of the picture: 0..1 from its top left. What reaches beyond the
 * picture is cut off.
 *
 * @returns null where nothing of it is in the picture.
 */
export function boxOf(outline: Outline, { width, height }: PictureSize): EvidenceItem['box'] {
  const [left, right] = extent(outline.map(({ x }) => x / width));
  const [top, bottom] = extent(outline.map(({ y }) => y / height));
  const box = { x: left, y: top, width: round(right - left), height: round(bottom - top) };
  return box.width > 0 && box.height > 0 ? box : null;
}

function extent(shares: readonly number[]): readonly [number, number] {
  const known = shares
    .filter(Number.isFinite)
    .map((share) => round(Math.min(Math.max(share, 0), 1)));
  return known.length > 0 ? [Math.min(...known), Math.max(...known)] : [0, 0];
}

/** A tenth of a pixel of the largest picture that is sent. */
const round = (share: number) => Math.round(share * 10_000) / 10_000;
