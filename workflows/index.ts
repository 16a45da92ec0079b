// What the bundle offers: the names are contracts/topology.ts `workflowTypes`.
export { analyzeImage } from './analyze-image.ts';
export { announceEnd, sweepEnds } from './announce-end.ts';
export { deleteAnalysis } from './delete-analysis.ts';
export { sweepObjects } from './sweep-objects.ts';
