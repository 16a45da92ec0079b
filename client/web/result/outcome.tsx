import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { Analysis } from '../analyses/documents.ts';
import { certaintyOf, machineOf, nameOf } from '../analyses/machine.ts';
import { remedyIn } from '../language/language.ts';

/** What came of a photo, in a line or two. */
export function Outcome({ analysis }: { analysis: Analysis }) {
  const { t } = useTranslation();
  const { state, failure, recognitionPayload, correction, duplicateOf } = analysis;
  if (state === 'RUNNING' && !recognitionPayload && !correction)
    return <p className="running">{t('row.running')}</p>;
  if (failure && !recognitionPayload && !correction)
    return (
      <>
        <p className="failure">{t('row.failed')}</p>
        <p>{remedyIn(failure.code, failure.message)}</p>
      </>
    );
  const { type } = machineOf(analysis);
  const name = nameOf(analysis);
  const certainty = certaintyOf(analysis);
  return (
    <>
      <p className="machine">{name ?? t('row.unknownMachine')}</p>
      <p>
        {type !== null && type !== name && <span className="machine-type">{type}</span>}
        {(state === 'RUNNING' || analysis.redo?.state === 'RUNNING') && (
          <span className="running">{t('row.running')} </span>
        )}
        {certainty !== 'unknown' && (
          <span className={`certainty ${certainty}`}>{t(`certainty.${certainty}`)}</span>
        )}
      </p>
      {duplicateOf && (
        <p>
          <Link href={`/analyses/${duplicateOf}`}>{t('row.duplicateOf')}</Link>
        </p>
      )}
    </>
  );
}
