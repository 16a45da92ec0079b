// Eight tabs of one browser do some things once: read the stream of events, send photos.
// The tab that holds a lock does them, and says what happens to the others.

/**
 * Runs `work` in one tab at a time: when that one closes, another takes over. Work that throws is begun
 * again after a pause, by whichever tab comes first.
 */
export async function leadAlone(
  name: string,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const isOver = () => signal.aborted;
  while (!isOver())
    try {
      await navigator.locks.request(name, { signal }, () => work(signal));
    } catch (error) {
      if (isOver()) return;
      console.error(error);
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
}

const pauseMs = 2_000;

/** What tabs of one person say to each other; each hears its own words too. */
export interface Channel<Message> {
  send(message: Message): void;
  /** @returns what ends it. */
  listen(listener: (message: Message) => void): () => void;
}

export function openChannel<Message>(name: string, signal: AbortSignal): Channel<Message> {
  const channel = new BroadcastChannel(name);
  const listeners = new Set<(message: Message) => void>();
  const emit = (message: Message) => {
    for (const listener of [...listeners]) listener(message);
  };
  channel.onmessage = ({ data }: MessageEvent<Message>) => emit(data);
  signal.addEventListener('abort', () => channel.close());
  return {
    send(message) {
      if (signal.aborted) return;
      channel.postMessage(message);
      emit(message);
    },
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
