const MINUTE_MS = 60_000;
const MINUTES_PER_HOUR = 60;

/** Says how long a time is, in minutes or hours. @param durationMs - 0 or more */
export function ago(durationMs: number): string {
  const minutes = Math.floor(durationMs / MINUTE_MS);
  if (minutes === 0) return 'less than a minute';
  if (minutes < MINUTES_PER_HOUR) return countOf(minutes, 'minute');
  return countOf(Math.floor(minutes / MINUTES_PER_HOUR), 'hour');
}

/** Counts things: `1 VM`, `2 VMs`. */
export function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
