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
  const placed = recognitionPayload?.evidence?.filter(({ box }) => box !== null) ?? [];
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
        {placed.length > 0 && <Boxes evidence={placed} />}
      </div>
      {placed.length > 0 && (
        <figcaption>
          <h2>{t('analysis.evidence')}</h2>
          <ol lang="en">
            {placed.map(({ reason }, index) => (
              <li key={index}>{reason}</li>
            ))}
          </ol>
        </figcaption>
      )}
    </figure>
  );
}

/** Each box twice, dark below light: seen on every photo. Numbered as the list below it. */
function Boxes({ evidence }: { evidence: readonly Evidence[] }) {
  return (
    <>
      <svg viewBox="0 0 1 1" preserveAspectRatio="none" aria-hidden="true">
        {['under', 'over'].map((layer) =>
          evidence.map(
            ({ box }, index) =>
              box && <rect key={`${layer} ${index}`} className={layer} {...box} />,
          ),
        )}
      </svg>
      {evidence.map(
        ({ box }, index) =>
          box && (
            <span
              key={index}
              className="box-number"
              aria-hidden="true"
              style={{ left: `${box.x * 100}%`, top: `${box.y * 100}%` }}
            >
              {index + 1}
            </span>
          ),
      )}
    </>
  );
}
