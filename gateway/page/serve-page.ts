// The page for people: the files that `infra/page.ts` built, and what a browser may do with them.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { serveStatic } from '@hono/node-server/serve-static';
import type { Context, Hono, MiddlewareHandler } from 'hono';

/** What the page asks for at its start: nothing of an installation is built into it. */
export interface PageConfiguration {
  /** Issuer of tokens (OpenID Connect). */
  readonly issuer: string;
  /** The page's own client there: public, authorization code with PKCE. */
  readonly clientId: string;
  /** Scopes that it asks for. */
  readonly scope: string;
}

export interface PageDeps {
  /** Holds `index.html`, `service-worker.js` and `assets/`; without it there is no page. */
  readonly folder: string;
  readonly configuration: PageConfiguration;
  /** Where photos go and come from: the object store as browsers reach it. */
  readonly storeOrigin: string;
}

const year = 365 * 24 * 60 * 60;

/**
 * `/` and every address that a person navigates to get the page; its files never change under one name,
 * the page itself is asked for each time. A file that is gone answers 404: an older page that is still
 * open would take anything else for a script.
 */
export function servePage(app: Hono, { folder, configuration, storeOrigin }: PageDeps): void {
  const headers = pageHeaders(policyOf(new URL(configuration.issuer).origin, storeOrigin));
  app.get('/config.json', (c) => c.json(configuration, 200, { 'cache-control': 'no-cache' }));
  app.get('/assets/*', withHeaders({ 'cache-control': `public, max-age=${year}, immutable` }));
  app.get('/assets/*', serveStatic({ root: folder, precompressed: true }));
  for (const path of ['/service-worker.js', '/manifest.webmanifest', '/icon.svg'])
    app.get(path, withHeaders(headers), serveStatic({ root: folder }));
  app.get('*', async (c, next) => {
    if (!isNavigation(c)) return next();
    const page = await readPage(folder);
    return page === undefined ? next() : c.html(page, 200, headers);
  });
}

const withHeaders =
  (headers: Readonly<Record<string, string>>): MiddlewareHandler =>
  async (c, next) => {
    await next();
    if (c.res.ok) for (const [name, value] of Object.entries(headers)) c.header(name, value);
  };

/** An address of a file is none, also where a person types it. */
const isNavigation = (c: Context) =>
  /^\/[^.]*$/.test(c.req.path) && (c.req.header('accept') ?? '').includes('text/html');

async function readPage(folder: string): Promise<string | undefined> {
  try {
    return await readFile(join(folder, 'index.html'), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined; // not built
    throw error;
  }
}

const pageHeaders = (policy: string) => ({
  'content-security-policy': policy,
  'cache-control': 'no-cache',
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'DENY', // for browsers that do not know frame-ancestors
  'permissions-policy': 'camera=(self), geolocation=(), microphone=()',
});

const policyOf = (issuer: string, store: string) =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    `img-src 'self' blob: ${store}`,
    `connect-src 'self' ${issuer} ${store}`,
    "manifest-src 'self'",
    "worker-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
