/** Retention of each kind of record. Unit: milliseconds. */
export interface RetentionTimes {
  /** After their end; incidents and alerts as well. */
  readonly operationsMs: number;
  readonly eventsMs: number;
  readonly auditMs: number;
  /** Placement decisions and scaling events. */
  readonly decisionsMs: number;
  /** Intervals of the ledger of costs, after their end. */
  readonly ledgerMs: number;
  /** The policy decision log. */
  readonly policyDecisionsMs: number;
  /** Retention of the keys of requests whose caller has not acknowledged the answer. */
  readonly idempotencyKeysMs: number;
  /** After the last token that they signed. */
  readonly signingKeysMs: number;
}

const DAY_MS = 86_400_000;

/** The retention times by default. */
export const RETENTION_TIMES: RetentionTimes = {
  operationsMs: 90 * DAY_MS,
  eventsMs: 30 * DAY_MS,
  auditMs: 365 * DAY_MS,
  decisionsMs: 90 * DAY_MS,
  ledgerMs: 3 * 365 * DAY_MS,
  policyDecisionsMs: 30 * DAY_MS,
  idempotencyKeysMs: 7 * DAY_MS,
  signingKeysMs: 7 * DAY_MS,
};
