import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Session } from '../account/session.ts';
import { LanguageChoice } from './header.tsx';

export function SignIn({ session, ended }: { session: Session; ended: boolean }) {
  const { t } = useTranslation();
  const [failed, setFailed] = useState(location.search === '?login=failed');
  const signIn = () => {
    setFailed(false);
    session.signIn().catch((error: unknown) => {
      console.error(error);
      setFailed(true);
    });
  };
  return (
    <>
      <header className="header">
        <p className="product">{t('title')}</p>
        <LanguageChoice />
      </header>
      <main className="sign-in">
        <h1>{t('account.signInFirst')}</h1>
        {ended && <p role="status">{t('account.ended')}</p>}
        {failed && <p role="alert">{t('account.signInFailed')}</p>}
        <button type="button" className="primary" onClick={signIn}>
          {t('account.signIn')}
        </button>
      </main>
    </>
  );
}
