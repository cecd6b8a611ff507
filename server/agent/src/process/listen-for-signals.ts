/** Signals that ask a process to stop; the last one is sent by a terminal that closes. */
const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Hears the first one. A second ends the process at once: its handler is gone by then. */
export function listenForSignals(): { readonly stop: AbortSignal; readonly leave: () => void } {
  const abort = new AbortController();
  const stop = (): void => abort.abort();
  for (const signal of STOP_SIGNALS) process.once(signal, stop);
  return {
    stop: abort.signal,
    leave: () => {
      for (const signal of STOP_SIGNALS) process.removeListener(signal, stop);
    },
  };
}
