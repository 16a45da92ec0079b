import { html } from 'hono/html';

type Html = ReturnType<typeof html>;

/** The page loads nothing and cannot be framed; its one stylesheet is inline. */
export const pageHeaders = {
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
};

export const loginPage = (action: string, fault?: string): Html =>
  page(
    'Log in',
    html`<form method="post" action="${action}">
      <label for="name">Name</label>
      <input
        id="name"
        name="name"
        autocomplete="username"
        autocapitalize="none"
        autofocus
        required
        maxlength="64"
        pattern="[a-z0-9._@\\-]+"
        title="a-z 0-9 . _ @ -"
      />
      ${fault === undefined ? '' : html`<p role="alert">${fault}</p>`}
      <button>Log in</button>
      <p>Local identity: any name logs in, without a password. Only this machine can reach it.</p>
    </form>`,
  );

export const errorPage = (error: string, detail = ''): Html =>
  page(
    'Login failed',
    html`<p role="alert">${error}</p>
      <p>${detail}</p>`,
  );

const page = (title: string, content: Html) =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>${title} - trackunit analysis</title>
        <style>
          body {
            font: 1rem/1.5 system-ui;
            max-width: 22rem;
            margin: 15vh auto;
            padding: 0 1rem;
          }
          input,
          button {
            font: inherit;
            display: block;
            width: 100%;
            box-sizing: border-box;
            margin: 0.5rem 0;
            padding: 0.5rem;
          }
        </style>
      </head>
      <body>
        <h1>${title}</h1>
        ${content}
      </body>
    </html>`;
