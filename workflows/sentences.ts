// What clients are told about ends that are nobody's failure: in the event and in the read API alike.
export const sentences = {
  CANCELLED: 'the analysis was cancelled',
  TERMINATED: 'the analysis was terminated by an operator',
} as const;
