import { useTranslation } from 'react-i18next';
import type { Analysis } from '../analyses/documents.ts';
import { nameOf } from '../analyses/machine.ts';

const fields = ['brand', 'type', 'model'] as const;

/** What was recognised, how certain each part of it is, and why. */
export function RecognitionDetails({ analysis }: { analysis: Analysis }) {
  const { t, i18n } = useTranslation();
  const { recognitionPayload: recognition, correction } = analysis;
  if (!recognition) return null;
  const { aggregate, reasons } = recognition;
  const format = new Intl.NumberFormat(i18n.language, { maximumFractionDigits: 0 });
  const recognised = nameOf({ ...analysis, correction: null }) ?? t('row.unknownMachine');
  return (
    <>
      {correction && <p>{t('analysis.recognised', { name: recognised })}</p>}
      <dl className="fields">
        {fields.map((field) => {
          const percent = format.format(aggregate[`${field}Confidence`] * 100);
          const words = t('field.percent', { percent });
          return (
            <div key={field}>
              <dt>{t(`field.${field}`)}</dt>
              <dd>
                {aggregate[field] ?? t('field.none')}
                {aggregate[field] !== null && (
                  <meter
                    aria-label={`${t(`field.${field}`)}: ${words}`}
                    title={words}
                    value={aggregate[`${field}Confidence`]}
                  />
                )}
              </dd>
            </div>
          );
        })}
      </dl>
      {reasons.length > 0 && (
        <>
          <h2>{t('analysis.reasons')}</h2>
          <ul lang="en">
            {reasons.map((reason) => (
              <li key={reason}>{reason}</li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}
