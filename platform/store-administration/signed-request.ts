// Requests to an S3-compatible store that no client library makes: raw XML, and the admin APIs.
import { createHash } from 'node:crypto';
import { requestSigner } from '../object-store/request-signer.ts';
import type { StoreKey } from '../object-store/s3-client.ts';
import { childrenOf, parseXml, textOf } from './xml.ts';

export interface Administrator extends StoreKey {
  readonly endpoint: string;
  readonly region: string;
}

export interface StoreResponse {
  readonly status: number;
  readonly body: string;
  /** What S3 calls the error: `NoSuchBucket`, `AccessDenied` ...; empty where there is none. */
  readonly code: string;
}

export interface StoreRequest {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'PATCH' | 'DELETE';
  /** `/bucket`; nothing in it needs escaping. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /** Statuses besides 2xx that are no error. */
  readonly expected?: readonly number[];
}

export type Send = (request: StoreRequest) => Promise<StoreResponse>;

/** The store did not answer, or refused what its administrator asked for. Holds no key and no signature. */
export class StoreAdministrationError extends Error {
  override readonly name = 'StoreAdministrationError';
  readonly code = 'STORE_ADMINISTRATION';
}

/** The store knows the key, which has no right to this. */
export class AccessDeniedError extends StoreAdministrationError {}

/** @returns undefined where the key has no right to it. */
export async function unlessDenied<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof AccessDeniedError) return undefined;
    throw error;
  }
}

/** What S3 calls the refusal of a key itself, whatever it asks for. */
const keyRefusals = ['InvalidAccessKeyId', 'SignatureDoesNotMatch'];

const timeoutMs = 20_000;

/** @returns a function that signs a request (AWS Signature Version 4) and sends it. */
export function connectAdministrator(administrator: Administrator): Send {
  const { endpoint, region } = administrator;
  const { protocol, hostname, host, port } = new URL(endpoint);
  const signer = requestSigner(region, administrator);
  return async ({ method, path, query = {}, body = '', expected = [] }) => {
    const signed = await signer.sign({
      ...{ method, protocol, hostname, path, query: { ...query }, body },
      ...(port !== '' && { port: Number(port) }),
      headers: { host, ...(body.length > 0 && { 'content-md5': md5(body) }) },
    });
    const name = `${method} ${path}${Object.keys(query).length > 0 ? `?${Object.keys(query).join('&')}` : ''}`;
    const url = new URL(path, endpoint);
    url.search = new URLSearchParams(query).toString();
    const { status, text } = await fetchText(url, name, {
      method,
      headers: signed.headers,
      ...(body.length > 0 && { body: new Uint8Array(Buffer.from(body)) }),
    });
    const { code, message } = errorIn(text);
    if ((status >= 200 && status < 300) || expected.includes(status))
      return { status, body: text, code };
    const isDenied = status === 403 && !keyRefusals.includes(code);
    throw new (isDenied ? AccessDeniedError : StoreAdministrationError)(
      `the object store answered ${status} to ${name}: ${code || 'no code'}${message && ` (${message})`}`,
    );
  };
}

/** @returns whether the store knows this key, whatever it may do. */
export async function isKnownKey(administrator: Administrator, bucket: string): Promise<boolean> {
  const request = { method: 'GET', path: `/${bucket}`, query: { location: '' } } as const;
  const { code } = await connectAdministrator(administrator)({ ...request, expected: [403, 404] });
  return !keyRefusals.includes(code);
}

/** S3 demands it where a body is a configuration. */
const md5 = (body: string | Buffer) => createHash('md5').update(body).digest('base64');

async function fetchText(url: URL, name: string, init: RequestInit) {
  try {
    const signal = AbortSignal.timeout(timeoutMs);
    const answer = await fetch(url, { ...init, signal, redirect: 'manual' });
    return { status: answer.status, text: await answer.text() };
  } catch (error) {
    const { message, cause } = error as Error;
    const reason = cause instanceof Error ? cause.message : message;
    throw new StoreAdministrationError(`no answer from the object store to ${name}: ${reason}`, {
      cause: error,
    });
  }
}

/** S3 answers errors in XML, admin APIs also in JSON. Only code and message: the rest may echo a signature. */
function errorIn(text: string): { code: string; message: string } {
  try {
    if (text.startsWith('{')) {
      const { Code: code = '', Message: message = '' } = JSON.parse(text) as Record<string, string>;
      return { code, message };
    }
    const root = parseXml(text).find((node) => 'Error' in node);
    const error = root ? childrenOf(root, 'Error') : [];
    return { code: textOf(error, 'Code') ?? '', message: textOf(error, 'Message') ?? '' };
  } catch {
    return { code: '', message: '' }; // neither: a page of a proxy, or bytes
  }
}
