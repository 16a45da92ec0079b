// `npm run infra -- store move`: the photos of a stack from MinIO to VersityGW, while nothing else runs.
import { join } from 'node:path';
import { readConfig } from '../../platform/config.ts';
import { copyObjects, type CopyOutcome } from '../../platform/object-store/copy-objects.ts';
import { ObjectStoreUnavailableError } from '../../platform/object-store/s3-client.ts';
import { AbortError, UserError } from '../host/user-error.ts';
import { givenEnvironment, sharedEnvironment } from '../stack/environment.ts';
import type { Report } from '../host/run-tool.ts';
import { createLauncher } from '../supervisor/launcher.ts';
import { holdsMinio } from '../store/choose-store.ts';
import { chooseRuntime } from '../compose/choose-runtime.ts';
import type { Runtime, Stack } from '../stack/stack.ts';
import { projectOf } from '../compose/compose.ts';
import { serveControlApi } from '../supervisor/control-api.ts';
import { fetchStackReport } from '../supervisor/control-client.ts';
import { storePlanSettings } from '../store/store-plan.ts';
import { rememberStore, type StoreName } from '../stack/store-in-use.ts';
import { storesOf } from '../system.ts';
import { stopOnSignal } from './bring-up.ts';
import { showTasks } from './display.ts';

/**
 * The photos stay in MinIO too. Repeatable, also after it was killed.
 *
 * @throws {UserError} the stack runs, it has no photos in MinIO, or VersityGW does not take all of them.
 */
export async function moveStore(stack: Stack): Promise<void> {
  await assertNothingRuns(stack);
  const runtime = await chooseRuntime(console.log);
  if (!(await holdsMinio(stack, runtime)))
    throw new UserError(
      `There is nothing to move: stack ${stack.name} has no data of MinIO (${placeOf(stack, runtime)}).`,
    );
  const services = storesOf(runtime);
  const ownPorts = ['control'] as const;
  const launcher = await createLauncher({ stack, services, ownPorts, log: console.log });
  stopOnSignal(launcher, console.log);
  let outcome: CopyOutcome | undefined;
  try {
    await serveControlApi(launcher);
    await showTasks(
      services.map(({ name }) => ({
        title: name,
        task: (report) => launcher.startService(name, report),
      })),
    );
    const task = async (report: Report) => {
      outcome = await copyPhotos(stack, report).catch((error: unknown) => {
        throw launcher.stopping ? new AbortError('stopped', { cause: error }) : error;
      });
    };
    await showTasks([{ title: 'copy and compare', task }]);
  } finally {
    if (!launcher.stopping) await launcher.down();
  }
  if (outcome === undefined) return;
  if (outcome.refused.length > 0) throw new UserError(refusal(outcome));
  rememberStore(stack, runtime, 'versitygw');
  console.log(`${summary(outcome)}, and VersityGW is the store of stack ${stack.name} from now on.
MinIO's data stay as they were. When you have seen your photos, delete them:
  ${deletion(stack, runtime)}`);
}

async function assertNothingRuns(stack: Stack): Promise<void> {
  const running = await fetchStackReport(stack);
  if (running)
    throw new UserError(
      `Stack ${stack.name} runs (process ${running.pid}): stop it with \`npm run infra -- down ${stack.name}\`, then move its photos.`,
    );
  if (givenEnvironment(stack)['S3_ENDPOINT'] !== undefined)
    throw new UserError(
      'S3_ENDPOINT names an object store elsewhere: unset it to move the photos of the stack itself.',
    );
}

async function copyPhotos(stack: Stack, report: Report): Promise<CopyOutcome> {
  const { S3_BUCKET: bucket, S3_REGION: region } = readConfig(
    storePlanSettings,
    sharedEnvironment(stack),
  );
  const { S3_ROOT_ACCESS_KEY: accessKey, S3_ROOT_SECRET_KEY: secretKey } = stack.secrets;
  const at = (store: StoreName) => ({
    ...{ endpoint: `http://127.0.0.1:${stack.ports[store]}`, region, bucket },
    key: () => ({ accessKey, secretKey }),
  });
  let line = 'counting the objects';
  const timer = setInterval(() => {
    report(line);
  }, 1_000);
  try {
    return await copyObjects(at('minio'), at('versitygw'), {
      onProgress: ({ objects, bytes, ofObjects, ofBytes }) => {
        line = `${objects} of ${ofObjects} objects, ${megabytes(bytes)} of ${megabytes(ofBytes)} MB`;
      },
    });
  } catch (error) {
    if (!(error instanceof ObjectStoreUnavailableError)) throw error;
    throw new UserError(
      `${error.message}. What was copied stays; repeat \`npm run infra -- store move\`. Logs: ${stack.logs}`,
      { cause: error },
    );
  } finally {
    clearInterval(timer);
  }
}

const megabytes = (bytes: number) => (bytes / 1_000_000).toFixed(1);

const summary = ({ objects, bytes, sent }: CopyOutcome) =>
  `${objects} objects (${megabytes(bytes)} MB) are in both stores, compared by SHA-256; ` +
  `${sent} were sent, ${objects - sent} lay there already`;

const namedAtMost = 20;

function refusal(outcome: CopyOutcome): string {
  const { refused } = outcome;
  const named = refused.slice(0, namedAtMost).map(({ key, code }) => `  ${key} (${code})`);
  const more = refused.length > namedAtMost ? [`  and ${refused.length - namedAtMost} more`] : [];
  return [
    `${summary(outcome)}. VersityGW does not take ${refused.length}, so MinIO stays the store:`,
    ...named,
    ...more,
    'It stores no object whose key is the folder of another one (photos, photos/a.jpg). None of these is a photo of ' +
      'ours unless it begins with images/, previews/ or incoming/. Delete them in MinIO or give them other keys ' +
      '(`npm start -- --store minio`, its console), then repeat `npm run infra -- store move`.',
  ].join('\n');
}

const volumeOf = (stack: Stack) => `${projectOf(stack)}_minio`;
const folderOf = (stack: Stack) => join(stack.folder, 'minio');

const placeOf = (stack: Stack, runtime: Runtime) =>
  runtime === 'native' ? `no folder ${folderOf(stack)}` : `no volume ${volumeOf(stack)}`;

const deletion = (stack: Stack, runtime: Runtime) =>
  runtime === 'native' ? `rm -r '${folderOf(stack)}'` : `docker volume rm ${volumeOf(stack)}`;
