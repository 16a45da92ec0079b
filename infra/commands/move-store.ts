// `npm run infra -- store move`: the photos of a stack from MinIO to VersityGW, while nothing else runs.
import { join } from 'node:path';
import { readConfig } from '../../platform/config.ts';
import { copyObjects, type CopyOutcome } from '../../platform/object-store/copy-objects.ts';
import { ObjectStoreUnavailableError } from '../../platform/object-store/s3-client.ts';
import { CannotDo } from '../cannot-do.ts';
import { givenEnvironment, sharedEnvironment } from '../environment.ts';
import type { Report } from '../native/install/install-once.ts';
import { createLauncher, StoppedMeanwhile } from '../supervisor/launcher.ts';
import { holdsMinio } from '../store/choose-store.ts';
import { chooseWay, type Way } from '../compose/choose-way.ts';
import { projectOf } from '../compose/in-containers.ts';
import type { Stack } from '../stack.ts';
import { askLauncher } from '../supervisor/stack-control.ts';
import { storePlanSettings } from '../store/store-plan.ts';
import { rememberStore, type StoreName } from '../store/store-in-use.ts';
import { storesOf } from '../system.ts';
import { stopOnSignal } from './bring-up.ts';
import { showTasks } from './display.ts';

/**
 * The photos stay in MinIO too. Repeatable, also after it was killed.
 *
 * @throws {CannotDo} the stack runs, it has no photos in MinIO, or VersityGW does not take all of them.
 */
export async function moveStore(stack: Stack): Promise<void> {
  await assertNothingRuns(stack);
  const way = await chooseWay(console.log);
  if (!(await holdsMinio(stack, way)))
    throw new CannotDo(
      `There is nothing to move: stack ${stack.name} has no data of MinIO (${placeOf(stack, way)}).`,
    );
  const parts = storesOf(way);
  const launcher = await createLauncher({ stack, parts, ownPorts: [], say: console.log });
  stopOnSignal(launcher, console.log);
  let outcome: CopyOutcome | undefined;
  try {
    await showTasks(
      parts.map(({ name }) => ({ title: name, task: (report) => launcher.bringUp(name, report) })),
    );
    const task = async (report: Report) => {
      outcome = await copyPhotos(stack, report).catch((error: unknown) => {
        throw launcher.stopping ? new StoppedMeanwhile('stopped', { cause: error }) : error;
      });
    };
    await showTasks([{ title: 'copy and compare', task }]);
  } finally {
    if (!launcher.stopping) await launcher.down();
  }
  if (outcome === undefined) return;
  if (outcome.refused.length > 0) throw new CannotDo(refusal(outcome));
  rememberStore(stack, way, 'versitygw');
  console.log(`${summary(outcome)}, and VersityGW is the store of stack ${stack.name} from now on.
MinIO's data stay as they were. When you have seen your photos, delete them:
  ${deletion(stack, way)}`);
}

async function assertNothingRuns(stack: Stack): Promise<void> {
  const doors = ['control', 'servers-control'] as const;
  const [running] = (await Promise.all(doors.map((door) => askLauncher(stack, door)))).flatMap(
    (report) => report ?? [],
  );
  if (running)
    throw new CannotDo(
      `Stack ${stack.name} runs (process ${running.pid}): stop it with \`kill ${running.pid}\`, then move its photos.`,
    );
  if (givenEnvironment(stack)['S3_ENDPOINT'] !== undefined)
    throw new CannotDo(
      'S3_ENDPOINT names an object store elsewhere: unset it to move the photos of the stack itself.',
    );
}

async function copyPhotos(stack: Stack, report: Report): Promise<CopyOutcome> {
  const { S3_BUCKET: bucket, S3_REGION: region } = readConfig(
    storePlanSettings,
    sharedEnvironment(stack, givenEnvironment(stack)),
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
    throw new CannotDo(
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
      'ours unless it begins with images/ or incoming/. Delete them in MinIO or give them other keys ' +
      '(`npm start -- --store minio`, its console), then repeat `npm run infra -- store move`.',
  ].join('\n');
}

const volumeOf = (stack: Stack) => `${projectOf(stack)}_minio`;
const folderOf = (stack: Stack) => join(stack.folder, 'minio');

const placeOf = (stack: Stack, way: Way) =>
  way === 'native' ? `no folder ${folderOf(stack)}` : `no volume ${volumeOf(stack)}`;

const deletion = (stack: Stack, way: Way) =>
  way === 'native' ? `rm -r '${folderOf(stack)}'` : `docker volume rm ${volumeOf(stack)}`;
