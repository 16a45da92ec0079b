import { expect, test } from '@jest/globals';
import { checkLoopback } from './check-loopback.ts';

test.each([
  ['0.0.0.0', 4100, 'http://127.0.0.1:4100', /invalid HOST '0.0.0.0'/],
  ['192.168.1.5', 4100, 'http://127.0.0.1:4100', /loopback only/],
  ['127.0.0.1', 4100, 'http://identity.example.com:4100', /http on loopback/],
  ['127.0.0.1', 4100, 'https://127.0.0.1:4100', /http on loopback/],
  ['127.0.0.1', 4101, 'http://127.0.0.1:4100', /PORT is 4101/],
  ['127.0.0.1', 4100, 'http://127.0.0.1:4100/', /expected no path/],
])('checkLoopback refuses HOST %s, PORT %i, OIDC_ISSUER %s', (host, port, issuer, fault) => {
  expect(() => checkLoopback(host, port, issuer)).toThrow(fault);
});

test.each([
  ['127.0.0.1', 4100, 'http://127.0.0.1:4100'],
  ['::1', 7100, 'http://[::1]:7100'],
  ['localhost', 80, 'http://localhost'],
])('checkLoopback accepts HOST %s, PORT %i, OIDC_ISSUER %s', (host, port, issuer) => {
  expect(() => checkLoopback(host, port, issuer)).not.toThrow();
});
