// `npm run demo [-- photo]`: up, one photo analysed, its result printed, down. The exit code tells.
import { resolve } from 'node:path';
import { openStack } from '../stack.ts';
import { analyse, samplePhoto } from './analyse-sample.ts';
import { bringUp } from './bring-up.ts';
import { runCommand } from './display.ts';

runCommand(async () => {
  const photo = process.argv[2] === undefined ? samplePhoto : resolve(process.argv[2]);
  const stack = openStack('dev');
  const launcher = await bringUp(stack, console.log);
  try {
    process.exitCode = await analyse(stack, photo);
  } finally {
    await launcher.down();
  }
  process.exit();
});
