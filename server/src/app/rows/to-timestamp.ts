/** A time as answers carry it: RFC 3339, UTC, milliseconds. */
export function toTimestamp(epochMs: number): string {
  return new Date(epochMs).toISOString();
}

/** A stored time as answers carry it. Null: there is none, or what is stored is not a time. */
export function findTimestamp(epochMs: number | null | undefined): string | null {
  const isKnown = typeof epochMs === 'number' && isMoment(epochMs);
  return isKnown ? toTimestamp(epochMs) : null;
}

/** Whether a stored number is a time that can be written. */
export function isMoment(ms: number): boolean {
  return !Number.isNaN(new Date(ms).getTime());
}
