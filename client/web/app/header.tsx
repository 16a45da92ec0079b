import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { chooseLanguage, languages, type Language } from '../language/language.ts';
import { useServices } from '../signed-in/services.ts';
import { SignOutDialog } from './sign-out-dialog.tsx';

export function Header() {
  const { t } = useTranslation();
  const { session, account, queue } = useServices();
  const [isLeaving, setLeaving] = useState(false);
  const leave = () => {
    const waits = queue.rows.get().some(({ state }) => state === 'waiting');
    if (waits) setLeaving(true);
    else void session.signOut();
  };
  return (
    <header className="header">
      <nav aria-label={t('nav.label')}>
        <PageLink href="/">{t('nav.photos')}</PageLink>
        <PageLink href="/history">{t('nav.history')}</PageLink>
      </nav>
      <div className="header-account">
        <LanguageChoice />
        <button type="button" className="quiet" onClick={leave}>
          {t('account.signOut')}
          <span className="unseen"> ({t('account.signedInAs', { name: account.name })})</span>
        </button>
      </div>
      {isLeaving && <SignOutDialog onClose={() => setLeaving(false)} />}
    </header>
  );
}

const PageLink = ({ href, children }: { href: string; children: string }) => {
  const isHere = (active: boolean) => (active ? 'page-link here' : 'page-link');
  return (
    <Link href={href} className={isHere}>
      {children}
    </Link>
  );
};

export function LanguageChoice() {
  const { t, i18n } = useTranslation();
  return (
    <label className="language">
      <span className="unseen">{t('language.label')}</span>
      <select
        value={i18n.language}
        onChange={({ target }) => void chooseLanguage(target.value as Language)}
      >
        {languages.map((language) => (
          <option key={language} value={language} lang={language}>
            {t(`language.${language}`)}
          </option>
        ))}
      </select>
    </label>
  );
}
