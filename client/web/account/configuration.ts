/** What the gateway says of this installation; nothing of it is built into the page. */
export interface Configuration {
  readonly issuer: string;
  readonly clientId: string;
  readonly scope: string;
}

/**
 * Without a network the service worker answers what was read last.
 *
 * @throws {Error} the gateway gives no configuration.
 */
export async function readConfiguration(): Promise<Configuration> {
  const answer = await fetch('/config.json');
  if (!answer.ok) throw new Error(`/config.json: the gateway answered ${answer.status}`);
  return (await answer.json()) as Configuration;
}
