// An OpenID issuer on a free port: discovery, keys, tokens of any kind, and outages.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SignJWT, exportJWK, generateKeyPair, type JWK, type JWTPayload } from 'jose';

export const audience = 'urn:trackunit:analysis';

export interface TokenOptions extends JWTPayload {
  expiresInSeconds?: number;
  kid?: string;
  algorithm?: 'HS256';
}

export class LocalIssuer {
  readonly url: string;
  readonly #server: Server;
  #keys = new Map<string, { privateKey: CryptoKey; jwk: JWK }>();
  keyFetches = 0;
  isUnavailable = false;

  static async start(): Promise<LocalIssuer> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const issuer = new LocalIssuer(server);
    await issuer.addKey('first');
    return issuer;
  }

  private constructor(server: Server) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on('request', (request, response) => {
      if (this.isUnavailable) {
        request.socket.destroy();
        return;
      }
      if (request.url === '/jwks') this.keyFetches += 1;
      const keys = [...this.#keys.values()].map(({ jwk }) => jwk);
      const discovery = { issuer: this.url, jwks_uri: `${this.url}/jwks` };
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(request.url === '/jwks' ? { keys } : discovery));
    });
  }

  async addKey(kid: string): Promise<void> {
    const { privateKey, publicKey } = await generateKeyPair('RS256');
    this.#keys.set(kid, {
      privateKey,
      jwk: { ...(await exportJWK(publicKey)), kid, alg: 'RS256' },
    });
  }

  async token(options: TokenOptions = {}): Promise<string> {
    const { expiresInSeconds = 600, kid = 'first', algorithm, ...claims } = options;
    const token = new SignJWT({ scope: 'analysis', ...claims })
      .setProtectedHeader({ alg: algorithm ?? 'RS256', kid })
      .setIssuer(claims.iss ?? this.url)
      .setAudience(claims.aud ?? audience)
      .setSubject(claims.sub ?? 'anyone')
      .setIssuedAt()
      .setExpirationTime(Math.floor(Date.now() / 1_000) + expiresInSeconds);
    const known = this.#keys.get(kid) ?? this.#keys.get('first');
    if (algorithm === 'HS256') return token.sign(Buffer.alloc(32, 1));
    if (known === undefined) throw new Error(`kid: unknown key ${kid}; add it first`);
    return token.sign(known.privateKey);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
