/** A timer holds the process: every timer of the server's own lets it go. Unit: milliseconds. */
const HOLD_MS = 2 ** 30;

/** What a process is asked to do. */
export interface StopSignals {
  /** Aborted by the first stop signal. */
  readonly stop: AbortSignal;
  /** Aborted by the second; a third one ends the process at once. */
  readonly hurry: AbortSignal;
}

/** Listens for the stop signals of this process, which runs until the first one. */
export function listenForStop(): StopSignals {
  const hold = setInterval(() => undefined, HOLD_MS);
  const stop = new AbortController();
  const hurry = new AbortController();
  const hear = (): void => {
    if (stop.signal.aborted) {
      hurry.abort();
      process.removeListener('SIGINT', hear);
      process.removeListener('SIGTERM', hear);
    }
    clearInterval(hold);
    stop.abort();
  };
  process.on('SIGINT', hear);
  process.on('SIGTERM', hear);
  return { stop: stop.signal, hurry: hurry.signal };
}
