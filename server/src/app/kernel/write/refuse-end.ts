import { type Problem, problem } from '@novacron/contract/problem/problem';
import { toTimestamp } from '../../rows/to-timestamp.ts';

const DAY_MS = 86_400_000;

/** A thing that a person lets end at a time, such as a silence or a hold. */
export interface ChosenEnd {
  /** Subject that ends, at the start of a sentence. */
  readonly what: string;
  /** Unit: ms since the Unix epoch. */
  readonly endMs: number;
  /** The furthest end that may be chosen; any by default. Unit: days from now. */
  readonly daysMax?: number;
  /** The field of the input that says when. */
  readonly field: string;
  /** Alternative to choosing another time, if there is any. */
  readonly instead?: string;
}

/** Refuses an end in the past or too far ahead. Problems: `validation-failed`. */
export function refuseEnd(
  { what, endMs, daysMax = Number.POSITIVE_INFINITY, field, instead }: ChosenEnd,
  nowMs: number,
): Problem | undefined {
  if (endMs > nowMs && endMs <= nowMs + daysMax * DAY_MS) return undefined;
  const message = endMs > nowMs ? `is more than ${daysMax} days ahead` : 'is in the past';
  const when = Number.isFinite(daysMax) ? `within the next ${daysMax} days` : 'in the future';
  const other = instead === undefined ? '' : `; ${instead}`;
  return problem('validation-failed', {
    detail: `${what} ends ${toTimestamp(endMs)}, which ${message}.`,
    remedy: `Set a time ${when}${other}.`,
    fields: [{ path: [field], message }],
  });
}

/** A hold of what NovaCron does by itself. */
export const HOLD = { what: 'The hold', field: 'until' } as const;

/** A silence of an incident or an alert; a longer one hides that something is wrong. */
export const SILENCE = { what: 'The silence', daysMax: 30, field: 'until' } as const;
