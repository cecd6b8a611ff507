/** Names of starts of agents. */
import type { Rng } from '@novacron/runtime/rng';

const HEX = 16;
/** Enough for the milliseconds of 8000 years. */
const MOMENT_DIGITS = 12;
const RANDOM_DIGITS = 8;

/**
 * Names a start of an agent. In the order of text, a later start comes after an earlier one.
 * Source of the idea: version 7 of UUIDs (RFC 9562).
 * @param startedAtMs - milliseconds since the Unix epoch
 */
export function makeIncarnation(startedAtMs: number, rng: Pick<Rng, 'next'>): string {
  const random = Math.floor(rng.next() * HEX ** RANDOM_DIGITS);
  return `${hex(startedAtMs, MOMENT_DIGITS)}-${hex(random, RANDOM_DIGITS)}`;
}

function hex(value: number, digits: number): string {
  return Math.floor(value).toString(HEX).padStart(digits, '0');
}
