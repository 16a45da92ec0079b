import type { Context } from 'hono';
import { z } from 'zod';
import { ownerSchema } from '../../contracts/recognition.ts';
import { ownerHeader } from '../../contracts/rest.ts';
import { parseOrProblem } from '../../platform/http/http-server.ts';
import type { Caller } from './confirm-upload.ts';

// W3C Trace Context, level 1: version `ff` and ids of zeros only are forbidden.
const traceparent = /^(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/**
 * Who the gateway says is asking. A malformed `traceparent` is dropped, as its specification asks:
 * a broken trace is no reason to refuse a photo.
 *
 * @throws {Problem} 422 without a well-formed owner header.
 */
export function readCaller(c: Context): Caller {
  const owner = c.req.header(ownerHeader);
  const headers = parseOrProblem(z.object({ [ownerHeader]: ownerSchema }), {
    [ownerHeader]: owner,
  });
  const trace = c.req.header('traceparent');
  return {
    owner: headers[ownerHeader],
    traceparent: trace !== undefined && traceparent.test(trace) ? trace : undefined,
  };
}
