/** Ages of moments. */
import type { Surroundings } from '../model/check.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** Days since a moment. @param at - RFC 3339 */
export function daysSince(at: string, { nowMs }: Pick<Surroundings, 'nowMs'>): number {
  return (nowMs - Date.parse(at)) / DAY_MS;
}

/** Hours since a moment. @param at - RFC 3339 */
export function hoursSince(at: string, { nowMs }: Pick<Surroundings, 'nowMs'>): number {
  return (nowMs - Date.parse(at)) / HOUR_MS;
}

/** Days between two moments. */
export function daysBetween(from: string, until: string): number {
  return (Date.parse(until) - Date.parse(from)) / DAY_MS;
}
