import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import type { Hono } from 'hono';
import Negotiator from 'negotiator';

const require = createRequire(import.meta.url);
/** A file of a package, from something that the package lets others see. */
const packaged = (seen: string, path: string) => () =>
  new URL(path, pathToFileURL(require.resolve(seen)));
const own = (path: string) => () => new URL(path, import.meta.url);

// Builds that are whole by themselves: GraphiQL 5 has none, and would need a bundler.
const scripts = {
  'react.js': packaged('react-18/package.json', 'umd/react.production.min.js'),
  'react-dom.js': packaged('react-dom-18/package.json', 'umd/react-dom.production.min.js'),
  'graphiql.js': packaged('graphiql/package.json', 'graphiql.min.js'),
  'graphql-sse.js': packaged('graphql-sse', '../umd/graphql-sse.min.js'),
  'page.js': own('page.js'),
} as const;
const styles = {
  'graphiql.css': packaged('graphiql/package.json', 'graphiql.min.css'),
  'page.css': own('page.css'),
} as const;

const files = { ...scripts, ...styles };
const isFile = (name: string): name is keyof typeof files => Object.hasOwn(files, name);

// CodeMirror and GraphiQL size their parts by inline styles; scripts come from here alone.
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "connect-src 'self'",
  'font-src data:',
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/**
 * GraphiQL for browsers at `/graphql`, and its files below. Its packages come with a clone, not with
 * the image: without them, as for everybody who prefers JSON, the address answers as ever.
 */
export function serveGraphiql(app: Hono): void {
  app.get('/graphql', async (c, next) => {
    if (c.req.query('query') !== undefined || !prefersHtml(c.req.header('accept'))) return next();
    if (!isInstalled()) return next();
    c.header('content-security-policy', policy);
    c.header('vary', 'Origin, Accept');
    return c.html(await readFile(new URL('page.html', import.meta.url), 'utf8'));
  });
  app.get('/graphql/:file', async (c, next) => {
    const name = c.req.param('file');
    if (!isFile(name) || !isInstalled()) return next();
    const type = name in scripts ? 'text/javascript' : 'text/css';
    const text = await readFile(files[name](), 'utf8');
    return c.body(text, 200, {
      'content-type': `${type}; charset=utf-8`,
      'cache-control': 'no-cache',
    });
  });
}

const prefersHtml = (accept: string | undefined) =>
  new Negotiator({ headers: { accept } }).mediaType(['application/json', 'text/html']) ===
  'text/html';

function isInstalled(): boolean {
  try {
    files['graphiql.js']();
    return true;
  } catch {
    return false;
  }
}
