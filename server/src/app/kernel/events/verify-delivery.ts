/**
 * Sees to it that published events arrived where the bus keeps them: publishing says nothing about
 * that. What is missing there is published once more; what arrived late is kept once all the same.
 */
import { REPLAY_LIMIT_MAX } from '@novacron/bus/bus';
import type { Tables } from '../../../ports/tables.ts';
import type { KernelDeps } from '../context/deps.ts';

/** An event that has its place. */
type PlacedEvent = Tables['events'] & { readonly position: number };

/**
 * Compares the events of a range with what the bus kept of them, as far as one answer goes.
 * @param options - `after`: everything up to here is known to have been kept; `upTo`: all up to
 *   here have been published
 * @returns how far that is known now
 */
export async function confirmEvents(
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

/** The positions behind one that were kept; undefined when the bus cannot tell now. */
async function readKept(
  { bus }: Pick<KernelDeps, 'bus'>,
  { subject, after }: { readonly subject: string; readonly after: number },
): Promise<ReadonlySet<number> | undefined> {
  const limit = REPLAY_LIMIT_MAX;
  const first = await bus.replay(subject, { from: after + 1, limit });
  if (first.ok) return new Set(first.value.map(({ position }) => position));
  // The first of them are missing: what is kept begins later.
  const { oldest } = first.error.data ?? {};
  if (typeof oldest !== 'number') return undefined;
  const rest = await bus.replay(subject, { from: oldest, limit });
  return rest.ok ? new Set(rest.value.map(({ position }) => position)) : undefined;
}

function isPlaced(row: Tables['events']): row is PlacedEvent {
  return row.position !== null;
}
