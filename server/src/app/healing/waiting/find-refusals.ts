/** Finds the latest refusals of NovaCron's writes for VMs. */

import type { CapabilityDeps } from '../../platform/deps.ts';
import { parseStored } from '../../rows/parse-stored.ts';

/** Events that are looked at. */
const EVENTS_MAX = 10_000;

/** Events that say why something was not done. */
export const REFUSALS = [
  'vm.not_restarted',
  'vm.not_grown',
  'vm.not_recovered',
  'vm.not_moved',
  'vm.not_replaced',
] as const;

/** A refusal. */
export interface Refusal {
  /** Unit: ms since the Unix epoch. */
  readonly atMs: number;
  /** For programs: the code of its problem, or the gap of a level. */
  readonly reason: string;
  /** A sentence for people. */
  readonly detail: string;
  /** Null: it is tried again by itself, at growing intervals. */
  readonly givenUp: GivenUp | null;
}

/** Outcome of a change that was refused too many times in a row. */
export interface GivenUp {
  /**
   * `stuck`: its operation is left to be retried by people; `refused`: nothing was made; `undone`:
   * it has begun and failed each time, and nothing is left of it.
   */
  readonly how: 'stuck' | 'refused' | 'undone';
  /** Number of attempts. */
  readonly attempts: number;
  /** Advice for people: a sentence. */
  readonly remedy: string;
}

/** Outcome by the reason of the event. */
const HOW: ReadonlyMap<unknown, GivenUp['how']> = new Map([
  ['attempts', 'stuck'],
  ['undone', 'undone'],
]);

/** Finds the last one of each VM, by its id. @param sinceMs - of each, the earliest that counts */
export async function findRefusals(
  { store }: Pick<CapabilityDeps, 'store'>,
  type: (typeof REFUSALS)[number],
  sinceMs: ReadonlyMap<string, number>,
): Promise<ReadonlyMap<string, Refusal>> {
  if (sinceMs.size === 0) return new Map();
  const events = await store.read({
    from: 'events',
    where: {
      target: { in: [...sinceMs.keys()] },
      type,
      at_ms: { from: Math.min(...sinceMs.values()) },
    },
    orderBy: { column: 'at_ms', direction: 'desc' },
    limit: EVENTS_MAX,
  });
  const refusals = new Map<string, Refusal>();
  for (const { target, at_ms: atMs, data_json } of events) {
    if (refusals.has(target) || atMs < (sinceMs.get(target) ?? 0)) continue;
    const data = parseStored<Readonly<Record<string, unknown>>>(data_json) ?? {};
    const { detail, reason, remedy, given_up, attempts } = data;
    const how = HOW.get(reason) ?? 'refused';
    const end = { how, attempts: Number(attempts), remedy: String(remedy) } as const;
    const givenUp = given_up === true ? end : null;
    refusals.set(target, { atMs, reason: String(reason), detail: String(detail), givenUp });
  }
  return refusals;
}
