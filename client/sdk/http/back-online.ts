// When this machine may have been cut off until now: a page that is online or shown again, a computer
// that has slept. What is waiting then goes on at once, and what is silent is opened again.

/** @param quietMs what has been silent for so long is to be given up. */
type Listener = (quietMs: number) => void;

const listeners = new Set<Listener>();
let stopListening: () => void = () => undefined;

/** @returns what ends the listening. */
export function onBackOnline(listener: Listener): () => void {
  if (listeners.size === 0) stopListening = startListening();
  listeners.add(listener);
  return () => {
    if (listeners.delete(listener) && listeners.size === 0) stopListening();
  };
}

const shownQuietMs = 13_000; // the gateway sends a comment every 12 s, also while a page is hidden
const tickMs = 5_000;
const sleptMs = 15_000; // a tick that comes so late has slept

function startListening(): () => void {
  const { document } = globalThis as { document?: Document };
  const emit = (quietMs: number) => {
    for (const listener of [...listeners]) listener(quietMs);
  };
  const online = () => emit(0);
  const shown = () => {
    if (document?.visibilityState === 'visible') emit(shownQuietMs);
  };
  const page = globalThis as Partial<Pick<Window, 'addEventListener' | 'removeEventListener'>>;
  page.addEventListener?.('online', online);
  document?.addEventListener('visibilitychange', shown);
  document?.addEventListener('resume', online); // a frozen tab; its timers stood still
  const clock = document === undefined ? watchClock(() => emit(0)) : undefined;
  return () => {
    page.removeEventListener?.('online', online);
    document?.removeEventListener('visibilitychange', shown);
    document?.removeEventListener('resume', online);
    clearInterval(clock);
  };
}

/** Outside a page nothing tells of sleep: timers stand still in it, and the clock goes on. */
function watchClock(slept: () => void): ReturnType<typeof setInterval> {
  let last = Date.now();
  const timer = setInterval(() => {
    const now = Date.now();
    if (now - last > sleptMs) slept();
    last = now;
  }, tickMs);
  if (typeof timer === 'object') (timer as { unref?: () => void }).unref?.(); // Node's own
  return timer;
}
