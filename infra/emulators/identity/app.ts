import type { HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { Context, Hono } from 'hono';
import { csrf } from 'hono/csrf';
import type Provider from 'oidc-provider';
import { errors } from 'oidc-provider';
import { Counter } from 'prom-client';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { Health } from '../../../platform/http/health.ts';
import { createHttpApp, readText } from '../../../platform/http/http-server.ts';
import type { Logger } from '../../../platform/logger.ts';
import { Problem } from '../../../platform/http/problem.ts';
import { createProvider, type ProviderSettings } from './create-provider.ts';
import { userNameSchema } from './local-user.ts';
import { consentPage, errorPage, loginPage, pageHeaders } from './pages.ts';

const longestForm = 10_000; // bytes: a form has one name

/** Over all browsers: a code has 20^8 values, so guessing one takes this long (RFC 8628 section 5.1). */
const codesPerMinute = 30;

interface IdentityDeps extends ProviderSettings {
  readonly health: Health;
  readonly logger: Logger;
}

export function createApp(deps: IdentityDeps): Hono {
  const provider = createProvider(deps);
  observe(provider, deps);
  provider.use(answerLostSession);
  const standard = provider.callback();
  const app = createHttpApp(deps);

  app.use('*', async (c, next) => {
    // A foreign page would reach this address under a host name of its own (DNS rebinding).
    if (c.req.header('host') !== new URL(deps.issuer).host)
      throw new Problem(421, 'OTHER_HOST', `unknown host: this server is ${deps.issuer}`);
    // Hono copies the answer to a HEAD, and would send the copy after the provider's own.
    if (c.req.method === 'HEAD')
      throw new Problem(405, 'METHOD_NOT_ALLOWED', 'HEAD is not supported: use GET');
    await next();
  });

  // Forms are taken from these pages alone; /token is for scripts of other origins, without cookies.
  for (const path of ['/interaction/*', '/device', '/session/*'])
    app.use(path, csrf({ origin: deps.issuer }));

  const entries = new RateLimiterMemory({ points: codesPerMinute, duration: 60 });
  app.post('/device', async (c, next) => {
    const { consumedPoints, msBeforeNext } = await entries
      .consume('code')
      .catch((error: unknown) => {
        if (error instanceof RateLimiterRes) return error;
        throw error;
      });
    if (consumedPoints <= codesPerMinute) return next();
    const seconds = Math.ceil(msBeforeNext / 1_000);
    const page = errorPage('Too many codes were entered', `Try again in ${seconds} s.`);
    return c.html(page, 429, { ...pageHeaders, 'retry-after': String(seconds) });
  });
  app.get('/device', async (c, next) => {
    const code = c.req.query('user_code');
    // The provider would send the code by an inline script: here the person compares it, and sends it.
    if (code !== undefined) bindings(c).incoming.url = `/device?typed=${encodeURIComponent(code)}`;
    await next();
  });

  app.get('/interaction/:uid', async (c) => {
    const pending = await findPending(provider, c);
    if (pending === undefined) return expired(c);
    if (pending.prompt.name === 'login') return c.html(loginPage(c.req.path), 200, pageHeaders);
    const { client_id: clientId, scope } = pending.params;
    const asked = {
      action: c.req.path,
      clientId: String(clientId),
      scopes: String(scope).split(' '),
    };
    const user = pending.session?.accountId ?? '';
    return c.html(consentPage({ ...asked, user }), 200, pageHeaders);
  });

  app.post('/interaction/:uid', async (c) => {
    const pending = await findPending(provider, c);
    if (pending === undefined) return expired(c);
    // Hono's own form parser throws at a malformed form of another content type.
    if (!/^application\/x-www-form-urlencoded\s*(;|$)/i.test(c.req.header('content-type') ?? ''))
      throw new Problem(
        415,
        'UNSUPPORTED_MEDIA_TYPE',
        'expected application/x-www-form-urlencoded, as the login page sends it',
      );
    const form = new URLSearchParams(await readText(c, longestForm));
    if (pending.prompt.name === 'consent') {
      const { incoming, outgoing } = bindings(c);
      const result = form.has('confirm')
        ? { consent: {} }
        : { error: 'access_denied', error_description: 'the user refused' };
      const options = { mergeWithLastSubmission: true };
      return c.redirect(await provider.interactionResult(incoming, outgoing, result, options), 303);
    }
    const login = userNameSchema.safeParse(form.get('name'));
    if (!login.success)
      return c.html(loginPage(c.req.path, login.error.issues[0]?.message), 422, pageHeaders);
    const { incoming, outgoing } = bindings(c);
    await endOtherSession(provider, c, login.data);
    const result = { login: { accountId: login.data } };
    return c.redirect(await provider.interactionResult(incoming, outgoing, result), 303);
  });

  // Everything else is OpenID Connect: discovery, keys, authorization, tokens.
  app.all('*', async (c) => {
    const { incoming, outgoing } = bindings(c);
    await standard(incoming, outgoing);
    return RESPONSE_ALREADY_SENT;
  });
  return app;
}

const bindings = (c: Context) => c.env as HttpBindings;

/** A login or a consent that this browser began; undefined where it has none. */
async function findPending(provider: Provider, c: Context) {
  const { incoming, outgoing } = bindings(c);
  try {
    return await provider.interactionDetails(incoming, outgoing);
  } catch (error) {
    if (error instanceof errors.SessionNotFound) return undefined;
    throw error;
  }
}

/** Else the provider ends it by a page with an inline script. */
async function endOtherSession(provider: Provider, c: Context, name: string): Promise<void> {
  const { incoming, outgoing } = bindings(c);
  const interaction = await provider.interactionDetails(incoming, outgoing);
  if (interaction.session === undefined || interaction.session.accountId === name) return;
  await (await provider.Session.findByUid(interaction.session.uid))?.destroy();
  interaction.session = undefined;
  await interaction.save(interaction.exp - Math.floor(Date.now() / 1_000));
}

const expired = (c: Context) =>
  c.html(errorPage('This login has expired', 'Go back and log in again.'), 400, pageHeaders);

/** The provider throws where a form, or the address of a login, comes without the session that began it. */
const answerLostSession: Parameters<Provider['use']>[0] = async (ctx, next) => {
  try {
    await next();
  } catch (error) {
    if (!(error instanceof Error && error.message.includes('previously persisted'))) throw error;
    ctx.status = 400;
    ctx.set(pageHeaders);
    ctx.type = 'html';
    ctx.body = String(await errorPage('This login has expired', 'Go back and log in again.'));
  }
};

/** The provider answers its own errors; here they are logged. */
function observe(provider: Provider, { health, logger }: IdentityDeps): void {
  const issued = new Counter({
    name: 'identity_access_tokens_issued_total',
    help: 'Access tokens made, by grant.',
    labelNames: ['grant'],
    registers: [health.registry],
  });
  provider.on('client_credentials.issued', () => issued.inc({ grant: 'client_credentials' }));
  provider.on('access_token.issued', ({ gty }) =>
    issued.inc({ grant: gty || 'authorization_code' }),
  );
  provider.on('server_error', (_ctx, error) => {
    logger.error({ err: error }, 'request failed');
  });
  const koa: NodeJS.EventEmitter = provider; // its own types leave this event out
  koa.on('error', (error: unknown) => {
    logger.warn({ err: error }, 'request aborted'); // without a listener Koa prints it past the log
  });
  const refused = (_ctx: unknown, error: errors.OIDCProviderError) => {
    const { message, error_description, error_detail } = error;
    logger.info({ message, error_description, error_detail }, 'request refused');
  };
  provider.on('grant.error', refused);
  provider.on('authorization.error', refused);
}
