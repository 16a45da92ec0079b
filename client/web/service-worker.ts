// Opens the page without a network: keeps the page and its files, and nothing of any person. It sees no
// token: what carries one, and what is asked of another origin, goes past it.
export {};

interface WorkerEvent extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface FetchEvent extends WorkerEvent {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}
/** As far as it is used: TypeScript's own types of workers and of pages exclude each other. */
declare const self: {
  addEventListener(type: 'install' | 'activate', listener: (event: WorkerEvent) => void): void;
  addEventListener(type: 'fetch', listener: (event: FetchEvent) => void): void;
  skipWaiting(): Promise<void>;
  readonly clients: { claim(): Promise<void> };
};

/** The build writes their names in; so the worker's own bytes change with each of them. */
const assets = '%ASSETS%'.split(' ');
const cacheName = 'trackunit-page';
const page = '/';
const configuration = '/config.json';

self.addEventListener('install', (event) => {
  event.waitUntil(keepPage());
});

self.addEventListener('activate', (event) => {
  event.waitUntil(Promise.all([dropOldAssets(), self.clients.claim()]));
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (origin !== location.origin || request.method !== 'GET') return;
  if (request.headers.has('authorization')) return;
  if (request.mode === 'navigate' && isPage(pathname)) {
    if (pathname !== '/callback') event.respondWith(networkFirst(page, request));
  } else if (pathname === configuration) event.respondWith(networkFirst(configuration, request));
  else if (pathname.startsWith('/assets/')) event.respondWith(cacheFirst(request));
});

async function keepPage(): Promise<void> {
  const cache = await caches.open(cacheName);
  const asNavigation = new Request(page, { headers: { accept: 'text/html' } });
  await cache.addAll([asNavigation, configuration, ...assets]);
  await self.skipWaiting(); // the new page is asked for at the next navigation; the open one goes on
}

/** Those of the version before stay for pages that are still open. */
async function dropOldAssets(): Promise<void> {
  const cache = await caches.open(cacheName);
  const kept = await cache.keys();
  const old = kept.filter(({ url }) => {
    const { pathname } = new URL(url);
    return pathname.startsWith('/assets/') && !assets.includes(pathname);
  });
  const oldest = old.slice(0, Math.max(0, old.length - 2 * assets.length));
  await Promise.all(oldest.map((request) => cache.delete(request)));
}

/** A page that was kept is better than none, but never than the one that is there. */
async function networkFirst(key: string, request: Request): Promise<Response> {
  const cache = await caches.open(cacheName);
  try {
    const answer = await fetch(request);
    if (answer.ok && !answer.redirected && isKept(key, answer))
      await cache.put(key, answer.clone());
    return answer;
  } catch (error) {
    const kept = await cache.match(key, { ignoreVary: true });
    if (kept === undefined) throw error;
    return kept;
  }
}

/** A file that is opened in a tab is no page, nor is what the gateway's own addresses answer. */
const isPage = (pathname: string) => !pathname.startsWith('/graphql') && !pathname.includes('.');
const isKept = (key: string, { headers }: Response) =>
  key !== page || (headers.get('content-type') ?? '').startsWith('text/html');

/** Their names change with their bytes. */
async function cacheFirst(request: Request): Promise<Response> {
  return (await caches.match(request)) ?? fetch(request);
}
