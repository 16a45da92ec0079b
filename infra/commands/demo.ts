// `npm run demo [-- photo] [--store minio]`: up, one photo analysed, its result printed, down. The exit code tells.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { UserError } from '../host/user-error.ts';
import { openStack } from '../stack/stack.ts';
import { analyse, samplePhoto } from './analyse-sample.ts';
import { bringUp } from './bring-up.ts';
import { runCommand } from './display.ts';
import { readStartOptions } from './options.ts';

const usage = `npm run demo [-- photo] [--store versitygw|minio]

  The system up, one photo (or the sample) analysed, its result printed, everything down.`;

runCommand(async () => {
  const { words, store } = readStartOptions(process.argv.slice(2), usage);
  const photo = readPhoto(words[0]);
  const stack = openStack('dev');
  const launcher = await bringUp(stack, console.log, { store });
  try {
    process.exitCode = await analyse(stack, photo);
  } finally {
    await launcher.down();
  }
  process.exit();
});

/** @throws {UserError} before anything is started. */
function readPhoto(given: string | undefined): string {
  if (given === undefined) return samplePhoto;
  const photo = resolve(process.env['INIT_CWD'] ?? '.', given); // where npm was called
  if (!existsSync(photo)) throw new UserError(`There is no photo ${photo}: give the path of one.`);
  return photo;
}
