import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Route, Switch } from 'wouter';
import type { Account, Session } from '../account/session.ts';
import { HistoryView } from '../history/history-view.tsx';
import type { PhotoStore } from '../queue/photo-store.ts';
import { AnalysisView } from '../result/analysis-view.tsx';
import { ServicesContext, startServices, type Services } from '../signed-in/services.ts';
import { useValue } from '../tabs/value.ts';
import { UploadView } from '../upload/upload-view.tsx';
import { Announcer } from './announcer.tsx';
import { Header } from './header.tsx';
import { SignIn } from './sign-in.tsx';

export function App({ session, store }: { session: Session; store: PhotoStore }) {
  const { account, ended } = useValue(session.account);
  const services = useServicesOf(session, store, account);
  const { t } = useTranslation();
  if (account === null) return <SignIn session={session} ended={ended} />;
  if (services?.account.owner !== account.owner) return null;
  return (
    <ServicesContext value={services}>
      <a className="skip" href="#content">
        {t('skip')}
      </a>
      <Header />
      <main id="content" tabIndex={-1}>
        <Switch>
          <Route path="/" component={UploadView} />
          <Route path="/history" component={HistoryView} />
          <Route path="/analyses/:correlationId">
            {({ correlationId }) => (
              <AnalysisView key={correlationId} correlationId={correlationId} />
            )}
          </Route>
          <Route>
            <h1>{t('page.missing')}</h1>
          </Route>
        </Switch>
      </main>
      <Announcer />
    </ServicesContext>
  );
}

/** Begun with the login, ended with it: nothing of one person reaches the next. */
function useServicesOf(session: Session, store: PhotoStore, account: Account | null) {
  const [services, setServices] = useState<Services>();
  const owner = account?.owner;
  useEffect(() => {
    const signedIn = session.account.get().account;
    if (owner === undefined || signedIn === null) return;
    const over = new AbortController();
    // eslint-disable-next-line react-hooks/set-state-in-effect -- streams begin with the effect and end with it
    setServices(startServices({ session, account: signedIn, store }, over.signal));
    return () => over.abort(new Error('signed out'));
  }, [session, store, owner]);
  return services;
}
