// A later build: one more step before the first, marked with `patched` as a change must be.
import { patched, sleep } from '@temporalio/workflow';
import { analyzeImage as analyzeImageOfToday } from '../../../workflows/analyze-image.ts';
import type { AnalysisInput } from '../../../workflows/messages.ts';

export * from '../../../workflows/index.ts';

export async function analyzeImage(input: AnalysisInput) {
  if (patched('one-more-step')) await sleep(10);
  return analyzeImageOfToday(input);
}
