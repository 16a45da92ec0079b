import { interactionPolicy, type Configuration, type KoaContextWithOIDC } from 'oidc-provider';
import { cliClientId } from './local-user.ts';
import { codePage, confirmPage, donePage, pageHeaders } from './pages.ts';

type DeviceFlow = NonNullable<NonNullable<Configuration['features']>['deviceFlow']>;

/**
 * The pages of RFC 8628: the code that the terminal shows, what it asks for, and the end. The provider's own
 * form is left out: it has an inline script.
 */
export const deviceFlow: DeviceFlow = {
  enabled: true,
  async userCodeInputSource(ctx, _form, _out, error) {
    if (error?.name === 'AbortedError')
      return show(ctx, donePage('Login refused', 'Nobody was logged in. You can close this page.'));
    if (error !== undefined) ctx.status = 422;
    const typed = ctx.query['typed'];
    const code = typeof typed === 'string' ? typed.slice(0, 32) : '';
    return show(ctx, codePage(xsrfOf(ctx), code, error && faultOf(error)));
  },
  userCodeConfirmSource: (ctx, _form, { clientId }, _device, code) => {
    const asked = ctx.oidc.entities.DeviceCode?.params?.['scope'];
    const scopes = typeof asked === 'string' ? asked.split(' ') : [];
    return show(ctx, confirmPage({ xsrf: xsrfOf(ctx), code, clientId, scopes }));
  },
  successSource: (ctx) => {
    const who = ctx.oidc.session?.accountId ?? '';
    return show(ctx, donePage(`Logged in as ${who}`, 'Go back to the terminal; close this page.'));
  },
};

async function show(ctx: KoaContextWithOIDC, page: ReturnType<typeof donePage>): Promise<void> {
  ctx.set(pageHeaders);
  ctx.type = 'html';
  ctx.body = String(await page);
}

/** Made by the provider, which compares it when the form comes back. */
function xsrfOf({ oidc }: KoaContextWithOIDC): string {
  const secret = oidc.session?.state?.['secret'];
  return typeof secret === 'string' ? secret : '';
}

/** By the names of the errors that the provider renders the page of the code again with. */
const faults: Readonly<Record<string, string>> = {
  NoCodeError: 'Enter the code that the terminal shows.',
  NotFoundError: 'This code is unknown. Is it the one that the terminal shows?',
  ExpiredError: 'This code has expired. Begin again in the terminal.',
  AlreadyUsedError: 'This code was used before. Begin again in the terminal.',
};

const faultOf = ({ name }: Error) => faults[name] ?? 'Something went wrong. Enter the code again.';

/** In the terminal's login the person always says who, even where this browser knows somebody. */
export const whoIsAtTheTerminal = new interactionPolicy.Check(
  'terminal',
  'a login for a terminal asks for the name',
  ({ oidc }) => oidc.client?.clientId === cliClientId && oidc.result?.login === undefined,
);
