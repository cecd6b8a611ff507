/** Lifetimes of browser sessions. Unit: milliseconds. */
export interface SessionTimes {
  /** Without use. */
  readonly idleMs: number;
  /** In all. */
  readonly lifetimeMs: number;
}

/** The times by default: NIST SP 800-63B-4, section 2.2.3, asks for no more at AAL2. */
export const SESSION_TIMES: SessionTimes = { idleMs: 1_800_000, lifetimeMs: 43_200_000 };
