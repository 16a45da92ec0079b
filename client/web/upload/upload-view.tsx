import { useTranslation } from 'react-i18next';
import { useServices } from '../signed-in/services.ts';
import { useValue } from '../tabs/value.ts';
import { ChoosePhotos } from './choose-photos.tsx';
import { QueueRowItem } from './queue-row.tsx';

export function UploadView() {
  const { t } = useTranslation();
  const { queue, reachable } = useServices();
  const rows = useValue(queue.rows);
  const reading = useValue(queue.reading);
  const isReachable = useValue(reachable);
  const finished = rows.filter(({ state }) => state !== 'waiting');
  return (
    <>
      <h1>{t('upload.heading')}</h1>
      <ChoosePhotos />
      {!queue.persistent && <p className="notice">{t('upload.memory')}</p>}
      <div role="status">
        {!isReachable && <p className="notice">{t('upload.offline')}</p>}
        {reading > 0 && <p>{t('upload.reading', { count: reading })}</p>}
      </div>
      {rows.length === 0 && reading === 0 && <p className="empty">{t('upload.none')}</p>}
      <ul className="rows" aria-label={t('upload.list')}>
        {rows.map((row) => (
          <QueueRowItem key={row.id} row={row} rows={rows} />
        ))}
      </ul>
      {finished.length > 1 && (
        <button
          type="button"
          className="quiet"
          onClick={() => void queue.remove(finished.map(({ id }) => id))}
        >
          {t('upload.clear')}
        </button>
      )}
    </>
  );
}
