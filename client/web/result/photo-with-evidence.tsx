import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Analysis, Evidence } from '../analyses/documents.ts';

const mostReads = 2; // of an address that has expired

/** The photo, and on it what the result rests on. */
export function PhotoWithEvidence(props: { analysis: Analysis; onFailed: () => void }) {
  const { analysis, onFailed } = props;
  const { t } = useTranslation();
  const [failures, setFailures] = useState(0);
  const { photo, recognitionPayload } = analysis;
  if (photo === undefined) return <div className="photo" />;
  if (photo === null || failures > mostReads)
    return <div className="photo gone">{t('analysis.photoGone')}</div>;
  const places = placesOf(recognitionPayload?.evidence ?? []);
  return (
    <figure className="photo">
      <div className="photo-frame">
        <img
          src={photo.previewUrl ?? photo.url}
          alt={t('analysis.photo')}
          onError={() => {
            setFailures(failures + 1);
            onFailed();
          }}
        />
        {places.length > 0 && <Boxes places={places} />}
      </div>
      {places.length > 0 && (
        <figcaption>
          <h2>{t('analysis.evidence')}</h2>
          <ol lang="en">
            {places.map(({ reasons }, index) => (
              <li key={index}>{reasons.join(' ')}</li>
            ))}
          </ol>
        </figcaption>
      )}
    </figure>
  );
}

interface Place {
  readonly box: NonNullable<Evidence['box']>;
  readonly reasons: readonly string[];
}

/** One word on the photo may speak for several things. */
function placesOf(evidence: readonly Evidence[]): Place[] {
  const places = new Map<string, Place>();
  for (const { box, reason } of evidence) {
    if (box === null) continue;
    const place = JSON.stringify(box);
    places.set(place, { box, reasons: [...(places.get(place)?.reasons ?? []), reason] });
  }
  return [...places.values()];
}

/** Each box twice, dark below light: seen on every photo. Numbered as the list below it. */
function Boxes({ places }: { places: readonly Place[] }) {
  return (
    <>
      <svg viewBox="0 0 1 1" preserveAspectRatio="none" aria-hidden="true">
        {['under', 'over'].map((layer) =>
          places.map(({ box: { x, y, width, height } }, index) => (
            <rect key={`${layer} ${index}`} className={layer} {...{ x, y, width, height }} />
          )),
        )}
      </svg>
      {places.map(({ box }, index) => (
        <span
          key={index}
          className="box-number"
          aria-hidden="true"
          style={{ left: `${box.x * 100}%`, top: `${box.y * 100}%` }}
        >
          {index + 1}
        </span>
      ))}
    </>
  );
}
