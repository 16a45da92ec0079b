import { Listr } from 'listr2';
import type { Outcome, Place, Step } from './outcome.ts';
import { lineOf, printable, type Report } from './report.ts';

/** Lines beyond the height of the screen cannot be drawn again. */
export const fitsOnScreen = (photos: number) => photos * 2 + 2 < process.stdout.rows;

/** A moving line per photo: its upload as a bar, then what it waits for, at last its result. */
export function reportProgress(photos: readonly string[]): Report {
  const show = new Map<string, (step: Step) => void>();
  // Made before the drawing starts: an outcome may be known before its row is there.
  const ends = new Map(photos.map((photo) => [photo, Promise.withResolvers<Outcome>()]));
  const list = new Listr(
    photos.map((photo) => ({
      title: printable(photo),
      async task(_context: unknown, task: { title: string; output: string }) {
        show.set(photo, (step) => (task.output = describeStep(step)));
        const outcome = await ends.get(photo)?.promise;
        if (outcome === undefined) return;
        task.title = lineOf(outcome);
        if (!outcome.success) throw new Error(outcome.failure.code); // drawn as a cross
      },
    })),
    {
      concurrent: true, // all rows are there from the start; who works is decided elsewhere
      exitOnError: false,
      registerSignalListeners: false,
      rendererOptions: { showErrorMessage: false, collapseErrors: false },
    },
  );
  const drawn = list.run();
  return {
    showsPlaces: true,
    step: (photo, step) => show.get(photo)?.(step),
    outcome: (outcome) => ends.get(outcome.photo)?.resolve(outcome),
    note: (text) => console.error(printable(text)),
    async close() {
      await drawn;
    },
  };
}

const width = 24;

function describeStep(step: Step): string {
  switch (step.at) {
    case 'uploading': {
      const done = Math.round(step.share * width);
      const bar = '█'.repeat(done) + '░'.repeat(width - done);
      return `${bar} ${Math.round(step.share * 100)} % sent`;
    }
    case 'waiting':
      return `accepted; waiting for its turn${step.place ? describePlace(step.place) : ''}`;
    case 'analyzing':
      return 'being analyzed';
  }
}

function describePlace({ ownAhead, estimatedSeconds }: Place): string {
  const ahead = `, ${ownAhead} of yours before it`;
  return estimatedSeconds == null ? ahead : `${ahead}, about ${estimatedSeconds} s`;
}
