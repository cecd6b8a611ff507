/**
 * Verifies that published events arrived on a bus that retains them, because publishing is not
 * acknowledged. A missing one is published again; one that arrives late is deduplicated by the bus.
 */
import { REPLAY_LIMIT_MAX } from '@novacron/bus/bus';
import type { Tables } from '../../../ports/tables/tables.ts';
import type { KernelDeps } from '../context/deps.ts';

/** An event with its position. */
type PlacedEvent = Tables['events'] & { readonly position: number };

/**
 * Compares the events of a range with those that the bus retains, as far as one answer goes.
 * @param options - `after`: everything up to here is verified; `upTo`: all up to here have been
 *   published
 * @returns the last verified position
 */
export async function verifyDelivery(
  deps: Pick<KernelDeps, 'store' | 'bus' | 'logger'>,
  options: {
    readonly subject: string;
    readonly after: number;
    readonly upTo: number;
    readonly publish: (row: PlacedEvent) => void;
  },
): Promise<number> {
  const { subject, after, upTo, publish } = options;
  const kept = await readKept(deps, { subject, after });
  if (kept === undefined) return after;
  const rows = await deps.store.read({
    from: 'events',
    where: { position: { above: after } },
    orderBy: { column: 'position', direction: 'asc' },
    limit: REPLAY_LIMIT_MAX,
  });
  const placed = rows.filter(isPlaced).filter(({ position }) => position <= upTo);
  const missing = placed.filter(({ position }) => !kept.has(position));
  for (const row of missing) publish(row);
  if (missing.length > 0) deps.logger.info({ events: missing.length }, 'events published again');
  return placed.at(-1)?.position ?? after;
}

/** The retained positions after one; undefined when the bus cannot answer now. */
async function readKept(
  { bus }: Pick<KernelDeps, 'bus'>,
  { subject, after }: { readonly subject: string; readonly after: number },
): Promise<ReadonlySet<number> | undefined> {
  const limit = REPLAY_LIMIT_MAX;
  const first = await bus.replay(subject, { from: after + 1, limit });
  if (first.ok) return new Set(first.value.map(({ position }) => position));
  // The first of them are missing: retention on the bus begins later.
  const { oldest } = first.error.data ?? {};
  if (typeof oldest !== 'number') return undefined;
  const rest = await bus.replay(subject, { from: oldest, limit });
  return rest.ok ? new Set(rest.value.map(({ position }) => position)) : undefined;
}

function isPlaced(row: Tables['events']): row is PlacedEvent {
  return row.position !== null;
}
