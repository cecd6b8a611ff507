/** Shared parts of both scaling pages. */

/** Decisions are made every 15 seconds or less often. Unit: milliseconds. */
export const REFRESH_MS = 15_000;

/** Columns of events: what was changed, by what, and why. */
export const EVENT_COLUMNS = [
  'from',
  'to',
  'trigger_type',
  'rule',
  'outcome',
  'reason',
  'limited_by',
] as const;
