/** A time as answers carry it: RFC 3339, UTC, milliseconds. */
export function toTimestamp(epochMs: number): string {
  return new Date(epochMs).toISOString();
}

/** Whether a stored number is a time that can be written. */
export function isMoment(ms: number): boolean {
  return !Number.isNaN(new Date(ms).getTime());
}
