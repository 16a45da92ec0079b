import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { readPhoto, type Photo } from './photo.ts';
import { putPhoto } from './put-photo.ts';

/** As much of a browser's XMLHttpRequest as an upload meets. */
class BrowserRequest {
  static answer: 'network fails' | 'nothing' | number = 200;
  static code = '';
  static sent: number | undefined;
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
    const { answer, sent } = BrowserRequest;
    if (answer === 'nothing') return;
    queueMicrotask(() => {
      if (sent !== 0) this.upload.onprogress?.({ loaded: sent ?? body.size });
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

const asBrowser = (answer: typeof BrowserRequest.answer, code = '', sent?: number) => {
  Object.assign(BrowserRequest, { answer, code, sent });
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

const readJpeg = () => readPhoto(new Uint8Array([0xff, 0xd8, 0xff, 1]), { filename: 'a.jpg' });
const put = async (signal?: AbortSignal, reach?: typeof fetch) =>
  putRead(await readJpeg(), signal, reach);

async function putRead(photo: Photo, signal?: AbortSignal, reach: typeof fetch = fetch) {
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

describe('an upload that stalls', () => {
  afterEach(() => {
    jest.useRealTimers();
  });

  /** Takes the request, and never answers. */
  const silent: typeof fetch = (_url, init) =>
    new Promise((_resolve, reject) => {
      init?.signal?.addEventListener('abort', () => reject(init.signal?.reason as Error));
    });
  const inBrowser = () => asBrowser('nothing');
  const outcomeOf = (putting: Promise<unknown>) => {
    const seen: unknown[] = [];
    putting.then(
      () => seen.push('stored'),
      (error: unknown) => seen.push(error),
    );
    return seen;
  };

  test.each([
    ['in a browser', inBrowser],
    ['over fetch', () => undefined],
  ])('gives an upload up after 20 s without progress, %s', async (_where, prepare) => {
    const photo = await readJpeg();
    prepare();
    jest.useFakeTimers();
    const seen = outcomeOf(putRead(photo, undefined, silent));
    await jest.advanceTimersByTimeAsync(19_900);
    expect(seen).toEqual([]);
    await jest.advanceTimersByTimeAsync(200);
    expect(seen).toEqual([expect.objectContaining({ code: 'UPLOAD_STALLED', retryable: true })]);
  });

  test('gives its connection up where a store takes the photo and never answers', async () => {
    const store = createServer((request) => void request.resume()).listen(0, '127.0.0.1');
    await new Promise((resolve) => store.once('listening', resolve));
    try {
      const closed = new Promise((resolve) => {
        store.once('connection', (socket) => socket.once('close', resolve));
      });
      const putUrl = `http://127.0.0.1:${(store.address() as AddressInfo).port}/a`;
      const options = { onProgress: () => undefined, signal: undefined, stallAfterMs: 100 };
      const putting = putPhoto({ fetch }, { putUrl, headers }, await readJpeg(), options);
      await expect(putting).rejects.toMatchObject({ code: 'UPLOAD_STALLED', retryable: true });
      await closed;
    } finally {
      store.closeAllConnections();
      store.close();
    }
  });

  test('goes on with an upload for as long as it moves', async () => {
    const photo = await readJpeg();
    inBrowser();
    jest.useFakeTimers();
    const seen = outcomeOf(putRead(photo));
    for (let n = 0; n < 10; n += 1) {
      await jest.advanceTimersByTimeAsync(15_000);
      BrowserRequest.last.upload.onprogress?.({ loaded: n });
    }
    expect(seen).toEqual([]);
    await jest.advanceTimersByTimeAsync(20_000);
    expect(seen).toEqual([expect.objectContaining({ code: 'UPLOAD_STALLED' })]);
  });
});

describe('a store on another origin than the page', () => {
  const inPage = () =>
    Object.assign(globalThis, {
      location: { origin: 'https://app.example', href: 'https://app.example/' },
    });
  afterEach(() => {
    Reflect.deleteProperty(globalThis, 'location');
  });

  test('rejects with CORS_BLOCKED when the store answers and CORS hides it', async () => {
    inPage();
    asBrowser('network fails', '', 0);
    await expect(put(undefined, () => Promise.resolve(new Response()))).rejects.toMatchObject({
      code: 'CORS_BLOCKED',
      retryable: false,
    });
  });

  test('rejects with UNREACHABLE when bytes were sent before the network failed', async () => {
    inPage();
    asBrowser('network fails', '', 2);
    await expect(put(undefined, () => Promise.resolve(new Response()))).rejects.toMatchObject({
      code: 'UNREACHABLE',
    });
  });

  test('rejects with UNREACHABLE when the store does not answer a page at all', async () => {
    inPage();
    asBrowser('network fails', '', 0);
    const unreachable = () => Promise.reject(new TypeError('Failed to fetch'));
    await expect(put(undefined, unreachable)).rejects.toMatchObject({ code: 'UNREACHABLE' });
  });
});

test.each(['AccessDenied', 'RequestTimeTooSkewed', 'ExpiredToken'])(
  'does not blame a refused signature (%s) on the clock of this machine',
  async (code) => {
    const answer = () => new Response(`<Error><Code>${code}</Code></Error>`, { status: 403 });
    const error = await put(undefined, () => Promise.resolve(answer())).catch((e: unknown) => e);
    expect(error).toMatchObject({ remedy: expect.stringContaining('ask an operator') as unknown });
    expect((error as { remedy: string }).remedy).not.toMatch(/check the clock/i);
  },
);

test('the SDK imports one package and nothing of Node: a browser can load it', () => {
  const folder = new URL('..', import.meta.url);
  const shipped = readdirSync(folder, { encoding: 'utf8', recursive: true }).filter((name) =>
    /^(?!dist|examples|.*\.test\.ts$).*\.ts$/.test(name),
  );
  const imports = shipped.flatMap((name) =>
    [...readFileSync(new URL(name, folder), 'utf8').matchAll(/from '([^.'][^']*)'/g)].map(
      ([, module]) => module,
    ),
  );
  expect([...new Set(imports)].sort()).toEqual(['eventsource-parser']);
});
