import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from '@jest/globals';
import { readPhoto } from './photo.ts';
import { putPhoto } from './put-photo.ts';

/** As much of a browser's XMLHttpRequest as an upload meets. */
class BrowserRequest {
  static answer: 'network fails' | 'nothing' | number = 200;
  static code = '';
  static last: BrowserRequest;
  readonly upload: { onprogress?: (event: { loaded: number }) => void } = {};
  readonly headers: Record<string, string> = {};
  method = '';
  status = 0;
  responseText = '';
  onload?: () => void;
  onerror?: () => void;
  onabort?: () => void;
  onloadend?: () => void;

  open(method: string) {
    this.method = method;
    BrowserRequest.last = this;
  }
  setRequestHeader(name: string, value: string) {
    this.headers[name] = value;
  }
  send(body: Blob) {
    const { answer } = BrowserRequest;
    if (answer === 'nothing') return;
    queueMicrotask(() => {
      this.upload.onprogress?.({ loaded: body.size });
      if (answer === 'network fails') this.onerror?.();
      else {
        this.status = answer;
        this.responseText = `<Error><Code>${BrowserRequest.code}</Code></Error>`;
        this.onload?.();
      }
      this.onloadend?.();
    });
  }
  abort() {
    this.onabort?.();
    this.onloadend?.();
  }
}

const asBrowser = (answer: typeof BrowserRequest.answer, code = '') => {
  Object.assign(BrowserRequest, { answer, code });
  Object.assign(globalThis, { XMLHttpRequest: BrowserRequest });
};
afterEach(() => {
  Reflect.deleteProperty(globalThis, 'XMLHttpRequest');
});

const headers = [
  { name: 'content-length', value: '4' },
  { name: 'content-type', value: 'image/jpeg' },
  { name: 'x-amz-checksum-sha256', value: 'c2hhMjU2' },
  { name: 'if-none-match', value: '*' },
];
const sent = Object.fromEntries(headers.slice(1).map(({ name, value }) => [name, value]));

async function put(signal?: AbortSignal, reach: typeof fetch = fetch) {
  const photo = await readPhoto(new Uint8Array([0xff, 0xd8, 0xff, 1]), { filename: 'a.jpg' });
  const shares: number[] = [];
  await putPhoto({ fetch: reach }, { putUrl: 'http://store.test/a', headers }, photo, {
    onProgress: ({ sentBytes, totalBytes }) => shares.push(sentBytes / totalBytes),
    signal,
  });
  return shares;
}

/** Status and S3 code of the store's answer, and what becomes of the PUT. */
const answers = [
  [200, '', 'stored'],
  [412, 'PreconditionFailed', 'stored'],
  [409, 'ConditionalRequestConflict', 'STORE_409'],
  [403, 'AccessDenied', 'PUT_URL_REFUSED'],
  [400, 'BadDigest', 'PHOTO_DAMAGED'],
  [400, 'XAmzContentChecksumMismatch', 'PHOTO_DAMAGED'],
  [400, 'InvalidRequest', 'STORE_400'],
  [503, 'SlowDown', 'STORE_503'],
  [411, 'MissingContentLength', 'STORE_411'],
] as const;
const codeOf = (error: unknown) => (error as { code: string }).code;

describe('putPhoto over fetch', () => {
  test('sends the photo with its headers, without content-length', async () => {
    let request: RequestInit | undefined;
    await put(undefined, (_url, init) => {
      request = init;
      return Promise.resolve(new Response());
    });
    expect(request?.method).toBe('PUT');
    expect(Object.fromEntries(new Headers(request?.headers))).toEqual(sent);
    expect((request?.body as Blob).size).toBe(4);
  });

  test.each(answers)('reads the answer %s %s of the store as %p', async (status, code, outcome) => {
    const answer = () => new Response(`<Error><Code>${code}</Code></Error>`, { status });
    const putting = put(undefined, () => Promise.resolve(answer()));
    expect(await putting.then(() => 'stored', codeOf)).toBe(outcome);
  });
});

describe('putPhoto in a browser', () => {
  test('sends the photo with its headers, without content-length, and reports its progress', async () => {
    asBrowser(200);
    expect(await put()).toEqual([1]);
    expect(BrowserRequest.last.method).toBe('PUT');
    expect(BrowserRequest.last.headers).toEqual(sent);
  });

  test.each(answers)('reads the answer %s %s of the store as %p', async (status, code, outcome) => {
    asBrowser(status, code);
    expect(await put().then(() => 'stored', codeOf)).toBe(outcome);
  });

  test('rejects with UNREACHABLE when the network fails', async () => {
    asBrowser('network fails');
    await expect(put()).rejects.toMatchObject({ code: 'UNREACHABLE' });
  });

  test('rejects with the reason of the signal when aborted', async () => {
    asBrowser('nothing');
    const abort = new AbortController();
    const running = put(abort.signal);
    setTimeout(() => abort.abort(new Error('enough')), 5);
    await expect(running).rejects.toThrow('enough');
  });
});

test('the SDK imports two packages and nothing of Node: a browser can load it', () => {
  const folder = new URL('..', import.meta.url);
  const shipped = readdirSync(folder, { encoding: 'utf8', recursive: true }).filter(
    (name) => name.endsWith('.ts') && !name.endsWith('.test.ts'),
  );
  const imports = shipped.flatMap((name) =>
    [...readFileSync(new URL(name, folder), 'utf8').matchAll(/from '([^.'][^']*)'/g)].map(
      ([, module]) => module,
    ),
  );
  expect([...new Set(imports)].sort()).toEqual(['graphql-sse', 'lru-cache']);
});
