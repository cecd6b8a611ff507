/** A timer holds the process: every timer of the server's own lets it go. Unit: milliseconds. */
const HOLD_MS = 2 ** 30;

/** Resolves when this process receives a stop signal. */
export function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    const hold = setInterval(() => undefined, HOLD_MS);
    const stop = (): void => {
      clearInterval(hold);
      resolve();
    };
    process.once('SIGINT', stop);
    process.once('SIGTERM', stop);
  });
}
