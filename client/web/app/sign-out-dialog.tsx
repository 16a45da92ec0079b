import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useServices } from '../signed-in/services.ts';
import { useValue } from '../tabs/value.ts';

/** On a shared phone nobody's photos go up as somebody else: what happens to them is asked. */
export function SignOutDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { session, account, queue } = useServices();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const waiting = useValue(queue.rows).filter(({ state }) => state === 'waiting');
  const drop = async () => {
    await queue.remove(queue.rows.get().map(({ id }) => id));
    await session.signOut();
  };
  return (
    <dialog ref={dialog} aria-labelledby="leaving" onClose={onClose}>
      <h2 id="leaving">{t('account.leaving')}</h2>
      <p>{t('account.leavingText', { count: waiting.length, name: account.name })}</p>
      <div className="choices">
        <button type="button" className="primary" onClick={onClose}>
          {t('account.stay')}
        </button>
        {queue.persistent && (
          <button type="button" onClick={() => void session.signOut()}>
            {t('account.keep')}
          </button>
        )}
        <button type="button" onClick={() => void drop()}>
          {t('account.drop')}
        </button>
      </div>
    </dialog>
  );
}
