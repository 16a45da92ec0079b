import { html } from 'hono/html';

type Html = ReturnType<typeof html>;

/** The page loads nothing and cannot be framed; its one stylesheet is inline. */
export const pageHeaders = {
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
  'x-frame-options': 'DENY',
  'cache-control': 'no-store',
  'referrer-policy': 'same-origin', // with no-referrer a form would come from the origin `null`
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
        aria-describedby="fault"
      />
      ${alert(fault)}
      <button>Log in</button>
      <p>Local identity: any name logs in, without a password. Only this machine can reach it.</p>
    </form>`,
  );

/** @param code what the address of the terminal brought along: shown to be compared, not sent by itself. */
export const codePage = (xsrf: string, code: string, fault?: string): Html =>
  page(
    'Log in a terminal',
    html`<form method="post" action="/device">
      <input type="hidden" name="xsrf" value="${xsrf}" />
      <label for="code">Code that the terminal shows</label>
      <input
        id="code"
        name="user_code"
        value="${code}"
        autocomplete="off"
        autocapitalize="characters"
        spellcheck="false"
        autofocus
        required
        maxlength="32"
        aria-describedby="fault"
      />
      ${alert(fault)}
      <button>Continue</button>
    </form>`,
  );

export const confirmPage = (asked: {
  xsrf: string;
  code: string;
  clientId: string;
  scopes: readonly string[];
}): Html =>
  page(
    'Is this your terminal?',
    html`<p><strong>${asked.clientId}</strong> asks to act for you. It must show this code:</p>
      <p><code>${asked.code}</code></p>
      <p>It may then:</p>
      <ul>
        ${asked.scopes.flatMap((scope) => scopeWords[scope] ?? []).map((it) => html`<li>${it}</li>`)}
      </ul>
      <form method="post" action="/device">
        <input type="hidden" name="xsrf" value="${asked.xsrf}" />
        <input type="hidden" name="user_code" value="${asked.code}" />
        <button name="confirm" value="yes">Allow</button>
        <button name="abort" value="yes">Refuse: this is not my terminal</button>
      </form>`,
  );

/** What an app of somebody else asks for. */
export const consentPage = (asked: {
  action: string;
  clientId: string;
  user: string;
  scopes: readonly string[];
}): Html =>
  page(
    'Allow this app?',
    html`<p><strong>${asked.clientId}</strong> asks to act for you, ${asked.user}. It may then:</p>
      <ul>
        ${asked.scopes.flatMap((scope) => scopeWords[scope] ?? []).map((it) => html`<li>${it}</li>`)}
      </ul>
      <form method="post" action="${asked.action}">
        <button name="confirm" value="yes">Allow</button>
        <button name="abort" value="yes">Refuse</button>
      </form>`,
  );

const scopeWords: Readonly<Record<string, string>> = {
  openid: 'know your name',
  analysis: 'send photos, and see and change what is yours',
  'analysis.read': 'see what is yours, and change nothing',
};

export const donePage = (title: string, detail: string): Html =>
  page(title, html`<p role="status">${detail}</p>`);

export const errorPage = (error: string, detail = ''): Html =>
  page(
    'Login failed',
    html`<p role="alert">${error}</p>
      <p>${detail}</p>`,
  );

const alert = (fault?: string) => html`<p id="fault" role="alert">${fault ?? ''}</p>`;

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
        <main>${content}</main>
      </body>
    </html>`;
