import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Analysis } from '../analyses/documents.ts';

const mostReads = 2; // of an address that has expired

/** The photo, and on it what the result rests on. */
export function PhotoWithEvidence(props: { analysis: Analysis; onFailed: () => void }) {
  const { analysis, onFailed } = props;
  const { t } = useTranslation();
  const [failures, setFailures] = useState(0);
  const { photo } = analysis;
  if (photo === undefined) return <div className="photo" />;
  if (photo === null || failures > mostReads)
    return <div className="photo gone">{t('analysis.photoGone')}</div>;
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
      </div>
    </figure>
  );
}
