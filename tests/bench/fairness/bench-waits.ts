// How long others wait beside one owner's flood, with a quota of 5 recognitions a second.
import type { StackControl } from '../../../infra/supervisor/control-client.ts';
import { flood, type Flood } from '../../support/flood.ts';
import { beginStory, endOf, samplePhoto, type Story } from '../../support/harness/users.ts';
import { printTable } from '../../support/measure/figures.ts';
import { limitRecognitions } from '../../support/vision/use-load-vision.ts';

const load = { perSecond: 5, photosOfA: 1_000, rounds: 5, photosOfC: 100 };

export async function benchWaits(stack: StackControl): Promise<void> {
  const story = await beginStory();
  await limitRecognitions(stack, load.perSecond);
  const alone = await measure(load.rounds, () => onePhoto(story, undefined));
  const a = await flood(story.newUser(), load.photosOfA);
  const beside = await measure(load.rounds, () => onePhoto(story, a));
  const batch = await ofBatch(story, a);
  printTable(
    `From upload to end, ${load.perSecond} recognitions a second, beside ${load.photosOfA} photos of A` +
      '\n(aim: one photo within 3 s, at most 30 of A end meanwhile; 100 photos before 300 of A)',
    ['who', 'seconds', 'ends of A meanwhile'],
    [
      ...alone.map((wait) => ['one photo, alone', ...wait]),
      ...beside.map((wait) => ['one photo, beside A', ...wait]),
      [`${load.photosOfC} photos, beside A`, ...batch],
    ],
  );
  await limitRecognitions(stack, 1_000);
  await a.allEnded(600_000);
}

async function measure(rounds: number, one: () => Promise<string[]>): Promise<string[][]> {
  const measured: string[][] = [];
  for (let round = 0; round < rounds; round += 1) measured.push(await one());
  return measured;
}

async function onePhoto(story: Story, a: Flood | undefined): Promise<string[]> {
  const { client } = story.newUser();
  const photo = await samplePhoto();
  const [before, since] = [a?.ended() ?? 0, Date.now()];
  const { correlationId } = await client.upload(photo);
  await endOf(client, correlationId);
  return rowOf(since, (a?.ended() ?? 0) - before);
}

async function ofBatch(story: Story, a: Flood): Promise<string[]> {
  const since = Date.now();
  const c = await flood(story.newUser(), load.photosOfC);
  const before = a.ended();
  await c.allEnded(600_000);
  return rowOf(since, a.ended() - before);
}

const rowOf = (since: number, ends: number) => [
  ((Date.now() - since) / 1_000).toFixed(1),
  String(ends),
];
