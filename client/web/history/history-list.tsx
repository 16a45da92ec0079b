import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { Filter } from '../analyses/documents.ts';
import { useAnalysis } from '../analyses/live-analyses.ts';
import { formatTime } from '../language/language.ts';
import { Outcome } from '../result/outcome.tsx';
import { useServices } from '../signed-in/services.ts';
import { useHistory } from './use-history.ts';

const rowPixels = 120;

/** Only the rows in sight are in the document, however many there are. */
export function HistoryList({ filter }: { filter: Filter }) {
  const { t } = useTranslation();
  const { ids, unseen, state, showUnseen, readMore } = useHistory(filter);
  const list = useRef<HTMLUListElement>(null);
  const [scrollMargin, setScrollMargin] = useState(0);
  useLayoutEffect(() => setScrollMargin(list.current?.offsetTop ?? 0), []);
  const virtual = useWindowVirtualizer({
    count: ids.length,
    estimateSize: () => rowPixels,
    getItemKey: (index) => ids[index] ?? index,
    overscan: 6,
    scrollMargin,
  });
  const rows = virtual.getVirtualItems();
  const last = rows.at(-1)?.index ?? 0;
  useEffect(() => {
    if (state === 'more' && last >= ids.length - 10) readMore();
  }, [state, last, ids.length, readMore]);
  return (
    <>
      <div role="status" className="history-state">
        {state === 'failed' && (
          <>
            <p className="notice">{t('history.failed')}</p>
            <button type="button" onClick={readMore}>
              {t('row.tryAgain')}
            </button>
          </>
        )}
        {state === 'end' && ids.length === 0 && <p>{t('history.none')}</p>}
      </div>
      {unseen > 0 && (
        <button type="button" className="primary unseen-rows" onClick={showUnseen}>
          {t('history.more', { count: unseen })}
        </button>
      )}
      <ul
        ref={list}
        className="rows virtual"
        aria-label={t('history.list')}
        style={{ height: virtual.getTotalSize() }}
      >
        {rows.map(({ key, index, start }) => (
          <HistoryRow
            key={key}
            correlationId={ids[index] ?? ''}
            index={index}
            measure={virtual.measureElement}
            top={start - scrollMargin}
          />
        ))}
      </ul>
      {state === 'reading' && <p>{t('history.loading')}</p>}
    </>
  );
}

function HistoryRow(props: {
  correlationId: string;
  index: number;
  top: number;
  measure: (element: HTMLElement | null) => void;
}) {
  const { correlationId, index, top, measure } = props;
  const { t, i18n } = useTranslation();
  const { live } = useServices();
  const analysis = useAnalysis(live, correlationId);
  return (
    <li
      ref={measure}
      data-index={index}
      className="row"
      style={{ transform: `translateY(${top}px)` }}
    >
      {analysis === undefined || analysis === 'deleted' ? (
        <p>{t('row.deleted')}</p>
      ) : (
        <>
          <div className="thumbnail">
            {analysis.photo?.previewUrl && (
              <img src={analysis.photo.previewUrl} alt="" loading="lazy" />
            )}
          </div>
          <div className="row-body">
            <Outcome analysis={analysis} />
            <p className="time">
              <Link href={`/analyses/${correlationId}`}>
                {formatTime(analysis.startedAt, i18n.language)}
              </Link>
            </p>
          </div>
        </>
      )}
    </li>
  );
}
