/** Estimates the time that nodes on standby take to wake, from recent wakes. */
import type { NodeRow } from '../../../ports/tables/node-row.ts';
import { isWakeable } from '../../placement/facts/fleet-facts.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';

/** Wakings that are looked at: the slowest of them counts. */
const WAKINGS_MAX = 5;

/** Default if no wake was measured. A server that is switched on takes less. Unit: ms. */
const WAKE_MS_UNKNOWN = 600_000;

/** Decisions about groups, and about nodes, are made every half minute. Unit: ms. */
const ROUNDS_MS = 60_000;

/**
 * Learns it.
 * @returns the time from the decision until the node takes VMs, at worst; undefined where no node
 * on standby can be woken. Unit: ms
 */
export async function learnWakeTime(
  { store }: Pick<CapabilityDeps, 'store'>,
  nodes: readonly NodeRow[],
): Promise<number | undefined> {
  if (!nodes.some(isWakeable)) return undefined;
  const wakings = await store.read({
    from: 'operations',
    where: { kind: 'node.powerup', status: 'succeeded' },
    orderBy: { column: 'created_at_ms', direction: 'desc' },
    limit: WAKINGS_MAX,
    damaged: 'blank',
  });
  const times = wakings.map(({ created_at_ms: fromMs, finished_at_ms: untilMs }) =>
    Math.max(0, (untilMs ?? fromMs) - fromMs),
  );
  return ROUNDS_MS + (times.length === 0 ? WAKE_MS_UNKNOWN : Math.max(...times));
}
