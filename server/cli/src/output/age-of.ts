/** Ages as kubectl writes them: one unit, or two where one would say too little. */

const MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, y: 31_536_000_000 } as const;

/**
 * The time between a moment and now: `45s`, `5m`, `3h20m`, `3d`, `2y`.
 * @param at - RFC 3339; anything else is returned as it is
 * @param nowMs - milliseconds since 1970; a moment that is still to come is written as `in 5m`
 */
export function ageOf(at: string, nowMs: number): string {
  const atMs = TIME.test(at) ? Date.parse(at) : Number.NaN;
  if (Number.isNaN(atMs)) return at;
  return atMs > nowMs ? `in ${span(atMs - nowMs)}` : span(nowMs - atMs);
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/;

/** Whether a value is a moment: RFC 3339. */
export function isTime(value: unknown): value is string {
  return typeof value === 'string' && TIME.test(value) && !Number.isNaN(Date.parse(value));
}

const TWO_UNITS = { m: 10, h: 8, d: 2, y: 2 } as const;

function span(ms: number): string {
  if (ms < MS.m * 2) return `${Math.floor(ms / MS.s)}s`;
  if (ms < MS.h) return parts(ms, { large: 'm', small: 's', below: TWO_UNITS.m });
  if (ms < MS.d) return parts(ms, { large: 'h', small: 'm', below: TWO_UNITS.h });
  if (ms < MS.y) return parts(ms, { large: 'd', small: 'h', below: TWO_UNITS.d });
  return parts(ms, { large: 'y', small: 'd', below: TWO_UNITS.y });
}

function parts(
  ms: number,
  units: {
    readonly large: keyof typeof MS;
    readonly small: keyof typeof MS;
    readonly below: number;
  },
): string {
  const { large, small, below } = units;
  const count = Math.floor(ms / MS[large]);
  const rest = Math.floor((ms % MS[large]) / MS[small]);
  return count < below && rest > 0 ? `${count}${large}${rest}${small}` : `${count}${large}`;
}
