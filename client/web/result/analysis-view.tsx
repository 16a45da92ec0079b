import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'wouter';
import { TrackunitError } from '../../sdk/index.ts';
import { cancelAnalysis, deleteAnalysis, redoAnalysis } from '../analyses/acts.ts';
import { readOne, type Analysis } from '../analyses/documents.ts';
import { useAnalysis } from '../analyses/live-analyses.ts';
import { formatTime } from '../language/language.ts';
import { useServices } from '../signed-in/services.ts';
import { useValue } from '../tabs/value.ts';
import { CorrectionForm } from './correction-form.tsx';
import { Outcome } from './outcome.tsx';
import { PhotoWithEvidence } from './photo-with-evidence.tsx';
import { RecognitionDetails } from './recognition-details.tsx';

/** One of the person's own, by its link. Anybody else's looks like one that does not exist. */
export function AnalysisView({ correlationId }: { correlationId: string }) {
  const { t } = useTranslation();
  const { live } = useServices();
  const analysis = useAnalysis(live, correlationId);
  const { read, readAgain } = useRead(correlationId);
  if (analysis === 'deleted' || (read === 'missing' && analysis === undefined))
    return (
      <>
        <h1>{t('analysis.notFound')}</h1>
        <p>{t('analysis.notFoundHint')}</p>
        <Link href="/history">{t('analysis.back')}</Link>
      </>
    );
  if (analysis === undefined && read === 'failed')
    return (
      <>
        <h1>{t('analysis.photo')}</h1>
        <p role="alert">{t('analysis.unreadable')}</p>
        <button type="button" onClick={readAgain}>
          {t('analysis.readAgain')}
        </button>
      </>
    );
  if (analysis === undefined) return <p role="status">{t('analysis.loading')}</p>;
  return <AnalysisDetails analysis={analysis} onPhotoFailed={readAgain} />;
}

function useRead(correlationId: string) {
  const { client, live } = useServices();
  const [read, setRead] = useState<'reading' | 'found' | 'missing' | 'failed'>('reading');
  const [reads, setReads] = useState(0);
  const beginning = useValue(live.beginnings);
  const analysis = useAnalysis(live, correlationId);
  const state = analysis === 'deleted' ? undefined : analysis?.state; // a result brings its evidence
  useEffect(() => {
    const over = new AbortController();
    readOne(client, correlationId, over.signal).then(
      (found) => {
        setRead(found === null ? 'missing' : 'found');
        if (found) live.put([found]);
      },
      (error: unknown) => {
        if (over.signal.aborted) return;
        console.error(error);
        setRead('failed'); // whether there is one is not known
      },
    );
    return () => over.abort(new Error('not shown any more'));
  }, [client, live, correlationId, beginning, reads, state]);
  const readAgain = () => {
    setRead('reading');
    setReads((count) => count + 1);
  };
  return { read, readAgain };
}

function AnalysisDetails(props: { analysis: Analysis; onPhotoFailed: () => void }) {
  const { analysis, onPhotoFailed } = props;
  const { t, i18n } = useTranslation();
  return (
    <article className="analysis">
      <h1 className="unseen">{t('analysis.photo')}</h1>
      <PhotoWithEvidence analysis={analysis} onFailed={onPhotoFailed} />
      <div>
        <Outcome analysis={analysis} />
        <p className="time">
          {t('analysis.taken', { date: formatTime(analysis.startedAt, i18n.language) })}
        </p>
        <RecognitionDetails analysis={analysis} />
        {analysis.state !== 'RUNNING' && <CorrectionForm analysis={analysis} />}
        <Acts analysis={analysis} />
        <Link href="/history">{t('analysis.back')}</Link>
      </div>
    </article>
  );
}

function Acts({ analysis: { correlationId, state } }: { analysis: Analysis }) {
  const { t } = useTranslation();
  const { client, live } = useServices();
  const [, navigate] = useLocation();
  const [failure, setFailure] = useState<string>();
  const dialog = useRef<HTMLDialogElement>(null);
  const attempt = (act: Promise<unknown>) => {
    setFailure(undefined);
    return act.catch((error: unknown) => {
      console.error(error);
      setFailure(error instanceof TrackunitError ? error.message : String(error));
      throw error;
    });
  };
  const remove = () =>
    void attempt(deleteAnalysis(client, correlationId)).then(
      () => {
        navigate('/history', { replace: true });
        live.hide(correlationId);
      },
      () => dialog.current?.close(),
    );
  const ignore = () => undefined; // shown already
  return (
    <div className="choices">
      {state === 'RUNNING' ? (
        <button
          type="button"
          onClick={() => void attempt(cancelAnalysis(client, correlationId)).catch(ignore)}
        >
          {t('analysis.cancel')}
        </button>
      ) : (
        <button
          type="button"
          onClick={() => void attempt(redoAnalysis(client, correlationId)).catch(ignore)}
        >
          {t('analysis.redo')}
        </button>
      )}
      <button type="button" className="danger" onClick={() => dialog.current?.showModal()}>
        {t('analysis.delete')}
      </button>
      <p role="alert">{failure !== undefined && t('analysis.actFailed', { reason: failure })}</p>
      <dialog ref={dialog} aria-labelledby="delete-ask">
        <h2 id="delete-ask">{t('analysis.deleteAsk')}</h2>
        <div className="choices">
          <button type="button" className="primary" onClick={() => dialog.current?.close()}>
            {t('analysis.deleteNo')}
          </button>
          <button type="button" className="danger" onClick={remove}>
            {t('analysis.deleteYes')}
          </button>
        </div>
      </dialog>
    </div>
  );
}
