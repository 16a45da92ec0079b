import { describe, expect, test } from '@jest/globals';
import { readConfig } from '../platform/config.ts';
import { pick, settings, type SettingName } from './settings.ts';

const read = (name: SettingName, value: string) => readConfig(pick(name), { [name]: value })[name];

const origins = [
  ...(['S3_ENDPOINT', 'S3_PUBLIC_ENDPOINT', 'CORS_ORIGINS'] as const),
  ...(['INGESTION_URL', 'MEDIA_ACCESS_URL', 'VISION_ADAPTER_URL', 'ORCHESTRATOR_URL'] as const),
];

describe.each(origins)('%s', (name) => {
  test.each([
    ['https://photos.example', 'https://photos.example'],
    ['https://photos.example/', 'https://photos.example'],
    ['HTTPS://Photos.Example:443', 'https://photos.example'],
    ['http://[::1]:9000', 'http://[::1]:9000'],
  ])('takes %s as the origin %s', (value, origin) => {
    expect([read(name, value)].flat()).toEqual([origin]);
  });

  test.each([
    'https://photos.example/s3',
    'https://photos.example/?x=1',
    'https://user:password@photos.example',
    'ftp://photos.example',
    'photos.example:9000',
    '*',
  ])('refuses %s, saying how to write it', (value) => {
    expect(() => read(name, value)).toThrow(/write http:\/\/host:port or https:\/\/host/);
  });
});

test('CORS_ORIGINS takes several, and none', () => {
  expect(read('CORS_ORIGINS', 'https://a.example, https://b.example/')).toEqual([
    'https://a.example',
    'https://b.example',
  ]);
  expect(read('CORS_ORIGINS', '')).toEqual([]);
});

describe('RABBITMQ_URL', () => {
  test.each(['amqp://u:gr%C3%BCn@h:5672', 'amqps://u:100%25@h', 'amqp://h'])('takes %s', (url) => {
    expect(read('RABBITMQ_URL', url)).toBe(url);
  });

  test.each(['amqp://u:100%@h', 'amqp://u:gr%FCn@h'])('refuses %s without showing it', (url) => {
    expect(() => read('RABBITMQ_URL', url)).toThrow(/write % in user or password as %25/);
    expect(() => read('RABBITMQ_URL', url)).not.toThrow(/100|gr%FC/);
  });
});

test.each([
  ['postgresql://register:secret@db:5432/register', true],
  ['postgres://u:p%25@[::1]/register?sslmode=require', true],
  ['postgresql://register@db/register', false], // pg would take PGPASSWORD
  ['postgresql://u:p@db', false], // and PGDATABASE
  ['postgresql://u:p%@db/register', false],
  ['mysql://u:p@db/register', false],
])('DATABASE_URL %s is taken: %s', (address, taken) => {
  expect(settings.DATABASE_URL.schema.safeParse(address).success).toBe(taken);
});
