/** Durations as people write them: `30s`, `1m30s`, `250ms`, `1.5h`, `90d`. */

const MS_BY_UNIT: Readonly<Record<string, number>> = {
  d: 86_400_000,
  h: 3_600_000,
  m: 60_000,
  s: 1_000,
  ms: 1,
};

const DURATION = /^(?:\d+(?:\.\d+)?(?:ms|s|m|h|d))+$/;

/**
 * Reads a duration. Every number needs its unit, as in Go's `time.ParseDuration`,
 * which has no days.
 * @returns milliseconds, 0 or more; undefined for what is none
 */
export function parseDuration(text: string): number | undefined {
  if (!DURATION.test(text)) return undefined;
  const parts = [...text.matchAll(/([\d.]+)(ms|s|m|h|d)/g)];
  const sum = parts.reduce(
    (total, [, amount = '', unit = '']) => total + Number(amount) * (MS_BY_UNIT[unit] ?? 0),
    0,
  );
  return Math.round(sum);
}

/**
 * Writes a duration with as few units as it takes.
 * @param durationMs - whole milliseconds, 0 or more
 */
export function formatDuration(durationMs: number): string {
  let rest = durationMs;
  let text = '';
  for (const [unit, unitMs] of Object.entries(MS_BY_UNIT)) {
    const amount = Math.floor(rest / unitMs);
    rest -= amount * unitMs;
    if (amount > 0) text += `${amount}${unit}`;
  }
  return text === '' ? '0s' : text;
}
