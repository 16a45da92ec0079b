import { afterEach, expect, test } from '@jest/globals';
import { UserError } from '../host/user-error.ts';
import type { Installation, Service } from '../stack/service.ts';
import { assertTools } from './preflight.ts';

const path = process.env['PATH'];
afterEach(() => {
  process.env['PATH'] = path;
});

const part = (install: Partial<Installation>, tools: Service['tools'] = []): Service => ({
  name: 'minio',
  role: 'server',
  needs: [],
  ports: ['minio'],
  url: () => '',
  tools,
  install: {
    usually: '',
    tools: [],
    installed: () => false,
    run: () => Promise.resolve(),
    ...install,
  },
  prepare: () => Promise.reject(new Error('not asked')),
  ready: () => Promise.reject(new Error('not asked')),
});

const go = { command: 'go', remedy: 'install Go.' };
const java = { command: 'java', remedy: 'install Java.' };

test('needs no installer for what is installed already', async () => {
  process.env['PATH'] = '/nowhere';
  await assertTools([part({ tools: [go], installed: () => true })]);
});

test('names all missing tools at once, before anything is started', async () => {
  process.env['PATH'] = '/nowhere';
  const noRoot = () => Promise.reject(new UserError('Installing it needs root.'));
  const assertion = assertTools([part({ tools: [go], possible: noRoot }), part({}, [java])]);
  await expect(assertion).rejects.toMatchObject({
    code: 'USER_ERROR',
    message:
      'go is missing: install Go.\nInstalling it needs root.\njava is missing: install Java.',
  });
});
