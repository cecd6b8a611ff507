/** Terraform waits slightly longer than this for a provider to shut down. Unit: milliseconds. */
const FAREWELL_MS_MAX = 1_000;

/** Options of the last calls of a run: together they end in time, and none is repeated. */
export function farewell(): { readonly signal: AbortSignal; readonly retryMsMax: 0 } {
  return { signal: AbortSignal.timeout(FAREWELL_MS_MAX), retryMsMax: 0 };
}
