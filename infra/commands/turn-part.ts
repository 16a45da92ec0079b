// One part of a running stack, stopped or started by hand: to see what the others do without it.
import type { PartName } from '../part.ts';
import type { StackName } from '../ports.ts';
import { CannotDo } from '../cannot-do.ts';
import { connectStack } from '../supervisor/stack-control.ts';
import { showTasks } from './display.ts';

const verbs = { stop: 'stopped', start: 'started', restart: 'started again' } as const;
type PartVerb = keyof typeof verbs;

export const isPartVerb = (word: string): word is PartVerb => Object.hasOwn(verbs, word);

/** @throws {CannotDo} the stack does not run, or has no such part. */
export async function turnPart(verb: PartVerb, name: string, stackName: StackName): Promise<void> {
  const stack = await connectStack(stackName);
  const names = (await stack.parts()).map((part) => part.name);
  if (!names.includes(name))
    throw new CannotDo(`there is no part '${name}' in the running stack: ${names.join(', ')}.`);
  const act = () => stack[verb](name as PartName);
  await showTasks([{ title: `${verb} ${name}`, task: act }]);
  console.log(`${name} is ${verbs[verb]}.`);
}
