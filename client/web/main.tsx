// The page: signs a person in, sends their photos, shows what was recognised. In: /config.json. Out: GraphQL.
import i18next from 'i18next';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { readConfiguration } from './account/configuration.ts';
import { openSession } from './account/session.ts';
import { App } from './app/app.tsx';
import { startLanguage } from './language/language.ts';
import { openPhotoStore } from './queue/photo-store.ts';
import './style/page.css';

const element = document.getElementById('root') as HTMLElement;
const root = createRoot(element, {
  onUncaughtError(error) {
    console.error(error);
    element.append(i18next.t('page.broken'));
  },
});

async function start(): Promise<void> {
  await startLanguage();
  const [session, store] = await Promise.all([
    readConfiguration().then(openSession),
    openPhotoStore(),
  ]);
  if (location.pathname === '/callback') await returnFromLogin(session);
  root.render(
    <StrictMode>
      <App session={session} store={store} />
    </StrictMode>,
  );
  if ('serviceWorker' in navigator) await navigator.serviceWorker.register('/service-worker.js');
}

async function returnFromLogin(session: Awaited<ReturnType<typeof openSession>>): Promise<void> {
  const returnTo = await session.completeSignIn().catch((error: unknown) => {
    console.error(error);
    return '/?login=failed';
  });
  history.replaceState(null, '', returnTo); // its code stays in no address
}

start().catch((error: unknown) => {
  console.error(error);
  element.append(i18next.t('page.unreachable'));
});
