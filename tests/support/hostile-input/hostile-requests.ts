// The table of hostile requests: each row spoils one good request. Sent to every route of every app.
import { gzipSync } from 'node:zlib';
import type { RawRequest } from './raw-http.ts';

/**
 * `refused`: 4xx, with a code and a sentence, where the route reads a JSON body. `odd`: legal, if
 * strange; any answer but 5xx. `parser`: answered by the HTTP parser, which says 4xx and no more.
 * `closed`: as `parser`, or the connection ends.
 */
type Fate = 'refused' | 'odd' | 'parser' | 'closed';

export interface HostileRequest {
  readonly name: string;
  readonly fate: Fate;
  readonly spoil: (good: RawRequest) => RawRequest;
}

const body =
  (make: (good: Buffer) => Buffer | string) =>
  (good: RawRequest): RawRequest => {
    const made = make(good.body ?? Buffer.from('{}'));
    const headers = { 'content-type': 'application/json', ...good.headers };
    return { ...good, headers, body: Buffer.from(made as Buffer) };
  };
const header =
  (headers: Record<string, string>) =>
  (good: RawRequest): RawRequest => ({ ...good, headers: { ...good.headers, ...headers } });
const method =
  (method: string) =>
  (good: RawRequest): RawRequest => ({ ...good, method });
const target =
  (change: (target: string) => string) =>
  (good: RawRequest): RawRequest => ({ ...good, target: change(good.target) });
const fields = (good: Buffer) => JSON.parse(good.toString()) as Record<string, unknown>;
/** Every text and number of the body replaced. */
const everyField = (value: string) =>
  body((good) => {
    const pairs = Object.keys(fields(good)).map((name) => `${JSON.stringify(name)}:${value}`);
    return `{${pairs.join(',')}}`;
  });
/** Put in front of the good fields. */
const beside = (text: string) => body((good) => `{${text}${good.toString().slice(1)}`);
const nested = (open: string, close: string, levels: number) =>
  open.repeat(levels) + close.repeat(levels);
const chunked = { 'transfer-encoding': 'chunked' };

const refused: Record<string, HostileRequest['spoil']> = {
  'an empty body': body(() => ''),
  'white space': body(() => ' \r\n\t '),
  'no JSON': body(() => '{"a":'),
  XML: body(() => '<?xml version="1.0"?><a/>'),
  'a form': body(() => 'query=a&filename=b'),
  'JSON null': body(() => 'null'),
  'a JSON number': body(() => '42'),
  'a JSON text': body(() => '"text"'),
  'a JSON truth': body(() => 'true'),
  'a JSON array': body((good) => `[${good.toString()}]`),
  'an empty object': body(() => '{}'),
  'arrays nested 10,000 deep': body(() => nested('[', ']', 10_000)),
  'objects nested 2,000 deep': body(() => `${'{"a":'.repeat(2_000)}1${'}'.repeat(2_000)}`),
  'deep nesting in every field': everyField(nested('[', ']', 1_000)),
  'numbers beyond counting in every field': everyField('1e999'),
  'numbers of 400 digits in every field': everyField('9'.repeat(400)),
  'objects in every field': everyField('{"toString":1,"length":-1}'),
  'nulls in every field': everyField('null'),
  'lone surrogates in every field': everyField('"\\ud800"'),
  'NUL in every field': everyField('"\\u0000"'),
  'only __proto__': body((good) => `{"__proto__":${good.toString()}}`),
  NaN: everyField('NaN'),
  'a comment': body((good) => `/* */${good.toString()}`),
  'two documents': body((good) => `${good.toString()}${good.toString()}`),
  'UTF-16': body((good) => Buffer.from(good.toString(), 'utf16le')),
  'invalid UTF-8': body((good) =>
    Buffer.concat([
      Buffer.from('{"note":"'),
      Buffer.of(0xff, 0xc0, 0x80),
      Buffer.from(`",${good.toString().slice(1)}`),
    ]),
  ),
  'an overlong surrogate in UTF-8': body((good) =>
    Buffer.concat([
      Buffer.from('{"note":"'),
      Buffer.of(0xed, 0xa0, 0x80),
      Buffer.from(`",${good.toString().slice(1)}`),
    ]),
  ),
  'a body over any bound': body((good) => Buffer.concat([good, Buffer.alloc(300_000, ' ')])),
  'a body over any bound, in chunks': (good) => ({
    ...header(chunked)(body(() => '')(good)),
    body: Buffer.from(`493e0\r\n${' '.repeat(300_000)}\r\n0\r\n\r\n`),
  }),
  gzip: (good) => header({ 'content-encoding': 'gzip' })(body((bytes) => gzipSync(bytes))(good)),
  'gzip, claimed': (good) => header({ 'content-encoding': 'gzip' })(body((bytes) => bytes)(good)),
  'no content type': (good) => header({ 'content-type': '' })(body((bytes) => bytes)(good)),
  'text/plain': (good) => header({ 'content-type': 'text/plain' })(body((bytes) => bytes)(good)),
  'a form type': (good) =>
    header({ 'content-type': 'multipart/form-data' })(body((bytes) => bytes)(good)),
  'JSON hidden behind another type': (good) =>
    header({ 'content-type': 'text/plain;application/json' })(body((bytes) => bytes)(good)),
};

const odd: Record<string, HostileRequest['spoil']> = {
  '__proto__ beside the fields': beside(
    '"__proto__":{"admin":true},"constructor":{"prototype":1},',
  ),
  'every field twice': body(
    (good) => `${good.toString().slice(0, -1)},${good.toString().slice(1)}`,
  ),
  'a byte order mark': body((good) => Buffer.concat([Buffer.of(0xef, 0xbb, 0xbf), good])),
  'ten thousand other fields': body((good) => {
    const more = Array.from({ length: 2_000 }, (_, n) => `"f${n}":${n}`);
    return `${good.toString().slice(0, -1)},${more.join(',')}}`;
  }),
  'Accept of nonsense': header({ accept: ';;;,,,q=,*/*;q=NaN;q=-1, a/b;q=1e999' }),
  'Accept of nothing that we have': header({ accept: 'image/avif' }),
  'Accept of event streams': header({ accept: 'text/event-stream' }),
  'a huge Accept': header({ accept: 'a/b,'.repeat(2_000) }),
  'charset of another age': header({ 'content-type': 'application/json; charset=utf-7' }),
  'an authorization of noise': header({ authorization: '\u00ff\u00fe Bearer Bearer' }),
  'an empty authorization': header({ authorization: '' }),
  'a token of noise': header({ authorization: `Bearer ${'a.'.repeat(50)}` }),
  'an owner of noise': header({ 'trackunit-owner': "' OR 1=1 --" }),
  'a trace of noise': header({ traceparent: '\u00ff-\t-', tracestate: '=,=,' }),
  'a foreign origin': header({ origin: 'null', 'access-control-request-method': 'PATCH' }),
  'an upgrade': header({ upgrade: 'websocket', connection: 'upgrade' }),
  'cookies of noise': header({ cookie: ';=;%ff=%ff;__proto__=1' }),
  GET: method('GET'),
  POST: method('POST'),
  HEAD: method('HEAD'),
  PUT: method('PUT'),
  DELETE: method('DELETE'),
  PATCH: method('PATCH'),
  OPTIONS: method('OPTIONS'),
  TRACE: method('TRACE'),
  PROPFIND: method('PROPFIND'),
  'M-SEARCH': method('M-SEARCH'),
  QUERY: method('QUERY'),
  'a query of noise': target((path) => `${path}?__proto__=1&constructor=2&%ff=%ff&a[]=1&=&&a=%`),
  'GraphQL of noise in the query': target(
    (path) => `${path}?query=%00{&variables=[[[&operationName=%ff`,
  ),
  'numbers of noise in the query': target(
    (path) => `${path}?owner=1&owner=2&first=1e999&after=%00`,
  ),
  'a path of broken escapes': target((path) => `${path}/%ff%/%00`),
  'a path that climbs': target((path) => `${path}/..%2f..%2f../../etc/passwd`),
  'a doubled slash': target((path) => `/${path}`),
  'an absolute address': target((path) => `http://elsewhere.test${path}`),
  'a long path of our own limits': target((path) => `${path}/${'a'.repeat(8_000)}`),
};

const parser: Record<string, HostileRequest['spoil']> = {
  'a very long address': target((path) => `${path}?${'a'.repeat(100_000)}`),
  'a very long header': header({ 'x-long': 'a'.repeat(100_000) }),
  'a thousand headers of size': header(
    Object.fromEntries(Array.from({ length: 1_000 }, (_, n) => [`x-${n}`, 'a'.repeat(50)])),
  ),
  'an unknown method': method('FROB'),
  'a method in small letters': method('post'),
  'an address with a space': target((path) => `${path} x`),
  'two forms of the length': header({ ...chunked, 'content-length': '5' }),
  'a negative length': header({ 'content-length': '-1' }),
  'a broken header': header({ 'a b': 'c' }),
  'no host': (good) => {
    const { host: _, ...headers } = good.headers;
    return { ...good, headers };
  },
  'chunks of noise': (good) => ({
    ...header(chunked)(method('POST')(good)),
    body: Buffer.from('zz\r\nnoise'),
  }),
};

const closed: Record<string, HostileRequest['spoil']> = {
  CONNECT: method('CONNECT'),
  'a host of noise': header({ host: 'a b/@:99999999' }),
  'an expectation of noise': header({ expect: 'the unexpected' }),
};

const rows = (fate: Fate, table: Record<string, HostileRequest['spoil']>): HostileRequest[] =>
  Object.entries(table).map(([name, spoil]) => ({ name, fate, spoil }));

export const hostileRequests: readonly HostileRequest[] = [
  ...rows('refused', refused),
  ...rows('odd', odd),
  ...rows('parser', parser),
  ...rows('closed', closed),
];

/** Sent with the other rows at a distance: their answer is a timeout. */
export const slowRequests: readonly HostileRequest[] = rows('parser', {
  'a body that never ends': (good) => ({
    ...header({ ...chunked, 'content-type': 'application/json' })(method('POST')(good)),
    body: Buffer.from('5\r\n{"a":\r\n'),
  }),
  'a body shorter than its length': (good) => ({
    ...header({ 'content-length': '100', 'content-type': 'application/json' })(
      method('POST')(good),
    ),
    body: Buffer.from('{'),
  }),
  'headers that never end': (good) => ({ ...good, unfinished: true }),
});
