/** A timer holds the process: every timer of the server's own lets it go. Unit: milliseconds. */
const HOLD_MS = 2 ** 30;

/** A closed terminal is the last: unheard, it would end the process with requests under way. */
const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

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
      for (const signal of STOP_SIGNALS) process.removeListener(signal, hear);
    }
    clearInterval(hold);
    stop.abort();
  };
  for (const signal of STOP_SIGNALS) process.on(signal, hear);
  return { stop: stop.signal, hurry: hurry.signal };
}
