import { useEffect, useRef, useState, type RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { redoAnalysis } from '../analyses/acts.ts';
import { readOne, type Analysis } from '../analyses/documents.ts';
import { useAnalysis } from '../analyses/live-analyses.ts';
import { formatBytes, formatDuration, remedyIn } from '../language/language.ts';
import type { QueueRow } from '../queue/upload-queue.ts';
import { Outcome } from '../result/outcome.tsx';
import { useServices } from '../signed-in/services.ts';
import { useValue } from '../tabs/value.ts';

/** One photo from the choice to its result. */
export function QueueRowItem({ row, rows }: { row: QueueRow; rows: readonly QueueRow[] }) {
  const { t } = useTranslation();
  const { queue } = useServices();
  const first = rows.find(({ id }) => id === row.first);
  const correlationId = first?.correlationId ?? row.correlationId;
  return (
    <li className="row">
      <Thumbnail key={first?.id} jpeg={row.thumbnail ?? first?.thumbnail} />
      <div className="row-body">
        <p className="file-name">{row.name}</p>
        {row.state === 'duplicate' && (
          <p>{first ? t('row.duplicate', { name: first.name }) : t('row.duplicateOf')}</p>
        )}
        {row.state === 'waiting' && <Sending row={row} />}
        {row.state === 'refused' && row.refusal && (
          <>
            <p className="failure">{t('row.refused')}</p>
            <p>{remedyIn(row.refusal.code, row.refusal.remedy)}</p>
            {row.refusal.retryable && (
              <button type="button" onClick={() => void queue.tryAgain(row.id)}>
                {t('row.tryAgain')}
              </button>
            )}
          </>
        )}
        {correlationId !== undefined && <Result correlationId={correlationId} />}
      </div>
      <button
        type="button"
        className="remove"
        aria-label={t('row.remove', { name: row.name })}
        onClick={() => void queue.remove([row.id])}
      >
        <span aria-hidden="true">×</span>
      </button>
    </li>
  );
}

function Sending({ row: { sentBytes, bytes, name } }: { row: QueueRow }) {
  const { t, i18n } = useTranslation();
  if (sentBytes === undefined) return <p>{t('row.waiting')}</p>;
  if (sentBytes >= bytes) return <p>{t('row.checking')}</p>;
  const format = (amount: number) => formatBytes(amount, i18n.language);
  return (
    <>
      <p>{t('row.sending', { sent: format(sentBytes), total: format(bytes) })}</p>
      <progress aria-label={name} max={bytes} value={sentBytes} />
    </>
  );
}

function Result({ correlationId }: { correlationId: string }) {
  const { t } = useTranslation();
  const { client, live } = useServices();
  const analysis = useAnalysis(live, correlationId);
  const beginning = useValue(live.beginnings);
  useEffect(() => {
    const over = new AbortController();
    readOne(client, correlationId, over.signal).then(
      (read) => read && live.put([read]),
      (error: unknown) => {
        if (!over.signal.aborted) console.warn(error); // the stream brings it
      },
    );
    return () => over.abort(new Error('not shown any more'));
  }, [client, live, correlationId, beginning]);
  const place = useRef<HTMLParagraphElement>(null);
  const isWaiting =
    analysis === undefined ||
    (analysis !== 'deleted' && analysis.state === 'RUNNING' && !analysis.recognitionPayload);
  useReadEvery5s(isWaiting, correlationId, place);
  if (analysis === 'deleted') return <p>{t('row.deleted')}</p>;
  if (analysis === undefined) return <p ref={place}>{t('row.accepted')}</p>;
  return (
    <>
      <Outcome analysis={analysis} />
      {isWaiting && <p ref={place}>{analysis.queue && <Place queue={analysis.queue} />}</p>}
      <div className="choices">
        {mayPass(analysis) && <Redo correlationId={correlationId} />}
        <Link href={`/analyses/${correlationId}`}>{t('row.details')}</Link>
      </div>
    </>
  );
}

function Place({
  queue: { ownAhead, estimatedSeconds },
}: {
  queue: NonNullable<Analysis['queue']>;
}) {
  const { t, i18n } = useTranslation();
  const ahead = ownAhead === 0 ? t('row.next') : t('row.ahead', { count: ownAhead });
  if (estimatedSeconds === null) return ahead;
  const time = formatDuration(estimatedSeconds, i18n.language);
  return `${ahead}, ${t('row.estimate', { time })}`;
}

/** Its place in the queue, which no event tells; of a thousand rows, those that somebody can see. */
function useReadEvery5s(
  isWaiting: boolean,
  correlationId: string,
  shown: RefObject<HTMLElement | null>,
): void {
  const { client, live } = useServices();
  useEffect(() => {
    if (!isWaiting) return;
    const over = new AbortController();
    let timer: ReturnType<typeof setTimeout>;
    const again = () => (timer = setTimeout(() => void look(), 5_000));
    const look = async () => {
      if (isOnScreen(shown.current))
        await readOne(client, correlationId, over.signal).then(
          (read) => read && live.put([read]),
          (error: unknown) => {
            if (!over.signal.aborted) console.warn(error);
          },
        );
      if (!over.signal.aborted) again();
    };
    again();
    return () => {
      clearTimeout(timer);
      over.abort(new Error('waits no more'));
    };
  }, [client, live, isWaiting, correlationId, shown]);
}

function isOnScreen(element: HTMLElement | null): boolean {
  if (element === null || document.visibilityState !== 'visible') return false;
  const { top, bottom } = element.getBoundingClientRect();
  return bottom >= 0 && top <= innerHeight;
}

/** What failed for a reason that lay outside the photo. */
const mayPass = ({ state, failure, recognitionPayload }: Analysis) =>
  state !== 'RUNNING' &&
  recognitionPayload === null &&
  failure !== null &&
  ['TIMED_OUT', 'CANCELLED', 'TERMINATED', 'VISION_REFUSED'].includes(failure.code);

function Redo({ correlationId }: { correlationId: string }) {
  const { t } = useTranslation();
  const { client } = useServices();
  const [failure, setFailure] = useState<string>();
  const redo = () => {
    setFailure(undefined);
    redoAnalysis(client, correlationId).catch((error: unknown) => {
      console.error(error);
      setFailure(error instanceof Error ? error.message : String(error));
    });
  };
  return (
    <>
      <button type="button" onClick={redo}>
        {t('row.tryAgain')}
      </button>
      <p role="alert">{failure !== undefined && t('analysis.actFailed', { reason: failure })}</p>
    </>
  );
}

/** A photo's own never changes; what the database gives is another copy at each read. */
function Thumbnail({ jpeg }: { jpeg: ArrayBuffer | undefined }) {
  const image = useRef<HTMLImageElement>(null);
  const latest = useRef(jpeg);
  const isThere = jpeg !== undefined;
  useEffect(() => {
    latest.current = jpeg;
  });
  useEffect(() => {
    if (!isThere || image.current === null || latest.current === undefined) return;
    const url = URL.createObjectURL(new Blob([latest.current], { type: 'image/jpeg' }));
    image.current.src = url;
    return () => URL.revokeObjectURL(url);
  }, [isThere]);
  return <div className="thumbnail">{isThere && <img ref={image} alt="" />}</div>;
}
