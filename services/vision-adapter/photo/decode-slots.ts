export interface Slots {
  /** Runs the work as soon as so many slots are free for it. */
  run<Result>(count: number, work: () => Promise<Result>): Promise<Result>;
}

/** First come, first served: what wants all slots is not overtaken for ever by what wants one. */
export function createSlots(capacity: number): Slots {
  let free = capacity;
  const waiting: { readonly count: number; begin: () => void }[] = [];

  const admit = () => {
    for (let first = waiting[0]; first !== undefined && first.count <= free; first = waiting[0]) {
      waiting.shift();
      free -= first.count;
      first.begin();
    }
  };

  return {
    async run(count, work) {
      const turn = Promise.withResolvers<undefined>();
      waiting.push({
        count,
        begin: () => {
          turn.resolve(undefined);
        },
      });
      admit();
      await turn.promise;
      try {
        return await work();
      } finally {
        free += count;
        admit();
      }
    },
  };
}
