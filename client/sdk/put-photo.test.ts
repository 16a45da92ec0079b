import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from '@jest/globals';
import { readPhoto } from './photo.ts';
import { putPhoto } from './put-photo.ts';

/** As much of a browser's XMLHttpRequest as an upload meets. */
class BrowserRequest {
  static answer: 'network fails' | 'nothing' | number = 200;
  static last: BrowserRequest;
  readonly upload: { onprogress?: (event: { loaded: number }) => void } = {};
  readonly headers: Record<string, string> = {};
  method = '';
  status = 0;
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

const asBrowser = (answer: typeof BrowserRequest.answer) => {
  BrowserRequest.answer = answer;
  Object.assign(globalThis, { XMLHttpRequest: BrowserRequest });
};
afterEach(() => {
  Reflect.deleteProperty(globalThis, 'XMLHttpRequest');
});

async function put(signal?: AbortSignal) {
  const photo = await readPhoto(new Uint8Array([0xff, 0xd8, 0xff, 1]), { filename: 'a.jpg' });
  const shares: number[] = [];
  await putPhoto({ fetch }, 'http://store.test/a', photo, {
    onProgress: ({ sentBytes, totalBytes }) => shares.push(sentBytes / totalBytes),
    signal,
  });
  return shares;
}

describe('in a browser', () => {
  test('the photo goes out with its type, and the browser tells how far it is', async () => {
    asBrowser(200);
    expect(await put()).toEqual([1]);
    expect(BrowserRequest.last).toMatchObject({
      method: 'PUT',
      headers: { 'content-type': 'image/jpeg' },
    });
  });

  test.each([
    ['network fails', 'UNREACHABLE'],
    [403, 'PUT_URL_REFUSED'],
    [503, 'STORE_503'],
    [411, 'STORE_411'],
  ] as const)('%s is told as %s', async (answer, code) => {
    asBrowser(answer);
    await expect(put()).rejects.toMatchObject({ code });
  });

  test('abort ends the upload with the reason of the signal', async () => {
    asBrowser('nothing');
    const abort = new AbortController();
    const running = put(abort.signal);
    setTimeout(() => abort.abort(new Error('enough')), 5);
    await expect(running).rejects.toThrow('enough');
  });
});

test('nothing of the sdk needs Node: a browser can load it', () => {
  const folder = new URL('.', import.meta.url);
  const shipped = readdirSync(folder).filter((name) => !/(\.test|-for-tests)\.ts$/.test(name));
  const imports = shipped.flatMap((name) =>
    [...readFileSync(new URL(name, folder), 'utf8').matchAll(/from '([^.'][^']*)'/g)].map(
      ([, module]) => module,
    ),
  );
  expect([...new Set(imports)].sort()).toEqual(['graphql-sse', 'lru-cache']);
});
