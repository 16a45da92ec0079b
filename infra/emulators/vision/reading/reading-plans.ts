// How a picture is read, by LOCAL_VISION_EFFORT: docs/decisions/reading-effort.md has the measurements.
import type { ReadingEffort } from '../../../../contracts/settings.ts';

/** How images are read: the worker process gets it as its one argument. */
export interface ReadingSettings {
  readonly threads: number;
  readonly effort: ReadingEffort;
  /** Folder of PP-OCRv6's models; without them PP-OCRv4 reads everything. */
  readonly models?: string | undefined;
}

export type ModelName = 'PP-OCRv4' | 'PP-OCRv6';

/** One look at the whole picture. */
export interface ReadingPass {
  readonly models: ModelName;
  /** Longest side in pixels that a larger picture is shrunk to. */
  readonly shrinkTo: number;
  /** Longest side in pixels that a smaller picture is drawn up to; 0: it stays as it is. */
  readonly enlargeTo: number;
  /** Longest side in pixels at which lines are searched; they are read at the picture's own size. */
  readonly detectorSide: number;
}

export interface ReadingPlan {
  readonly first: ReadingPass;
  /** Taken where the first promises more than it read: read-more.ts. */
  readonly second?: ReadingPass;
}

const at = (models: ModelName, side: number): ReadingPass => ({
  models,
  shrinkTo: side,
  enlargeTo: side,
  detectorSide: side,
});

const plans: Readonly<Record<ReadingEffort, ReadingPlan>> = {
  fast: { first: { models: 'PP-OCRv4', shrinkTo: 1280, enlargeTo: 0, detectorSide: 960 } },
  normal: { first: at('PP-OCRv4', 1280), second: at('PP-OCRv6', 1600) },
  thorough: { first: at('PP-OCRv6', 1600) },
};

/** What is left of them where only PP-OCRv4 is installed. */
const plansWithoutV6: Readonly<Record<ReadingEffort, ReadingPlan>> = {
  fast: plans.fast,
  normal: { first: plans.normal.first },
  thorough: { first: at('PP-OCRv4', 1600) },
};

export const chooseReadingPlan = (effort: ReadingEffort, hasV6: boolean): ReadingPlan =>
  (hasV6 ? plans : plansWithoutV6)[effort];
