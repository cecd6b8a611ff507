/** Messages between the main thread and the thread of the health listener. */

/** An answer as it goes over the wire. */
export interface ThreadAnswer {
  /** HTTP status. */
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Startup settings of the thread. */
export interface HealthThreadSettings {
  readonly host: string;
  readonly port: number;
  readonly readiness: ThreadAnswer;
}

/** Periodic message of the main thread: that it runs, and whether the server is ready. */
export interface HealthMessage {
  readonly readiness: ThreadAnswer;
}

/**
 * A main thread that says nothing for this long is not busy for a moment: it hangs, and a process
 * manager must learn it. Unit: milliseconds.
 */
export const SILENCE_MS_MAX = 15_000;
