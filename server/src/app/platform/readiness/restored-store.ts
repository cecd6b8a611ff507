/** Whether the store was restored from a backup, and is still held because of that. */
import { type Problem, problem } from '@novacron/contract/problem/problem';
import type { Store } from '../../../ports/store.ts';
import { findPlatformTenant } from '../../access/tenants/tenant-access.ts';
import { eventChange } from '../../kernel/events/events.ts';
import { type HeldWork, HOLD_ALL, HOLD_TABLES } from '../../kernel/holds/find-hold.ts';
import { commitChanges } from '../../kernel/write/commit-changes.ts';
import { OWN_PRINCIPALS } from '../../rows/own-principals.ts';
import type { CapabilityDeps } from '../deps.ts';

/** A restored store. */
export interface RestoredStore {
  /** From when its data is, in words. */
  readonly reason: string;
  readonly held: readonly HeldWork[];
}

const WORKS: readonly HeldWork[] = ['healing', 'automation'];

/** Finds the holds that a restore has placed; undefined once both are released or replaced. */
export async function findRestored(store: Pick<Store, 'read'>): Promise<RestoredStore | undefined> {
  const where = { id: HOLD_ALL };
  const found = await Promise.all(
    WORKS.map(async (work) => {
      const [row] = await store.read({ from: HOLD_TABLES[work], where });
      return row?.held_by === OWN_PRINCIPALS.restore ? [{ work, reason: row.reason }] : [];
    }),
  );
  const holds = found.flat();
  const [first] = holds;
  return first && { reason: first.reason, held: holds.map(({ work }) => work) };
}

/** Says so in the log and in an event. Returns what it has found. */
export async function announceRestored(
  deps: Pick<CapabilityDeps, 'store' | 'clock' | 'ids' | 'logger'>,
): Promise<RestoredStore | undefined> {
  const restored = await findRestored(deps.store);
  const tenant = restored && (await findPlatformTenant(deps.store));
  if (restored === undefined || tenant === undefined) return undefined;
  deps.logger.warn(
    { held: restored.held, reason: restored.reason },
    'the store was restored from a backup',
  );
  const event = {
    tenantId: tenant.id,
    type: 'server.restored',
    source: 'backup',
    target: '',
    priority: 'critical',
    data: { reason: restored.reason, held: [...restored.held] },
  } as const;
  await commitChanges(deps, [eventChange(deps, event)]);
  return restored;
}

/** The entry of a restored store in what is degraded. */
export function restoredProblem({ reason, held }: RestoredStore): Problem {
  const releases = held.map((work) => `novacron ${work} release --all`);
  return problem('unavailable', {
    detail: `The store was ${reason}: ${held.join(' and ')} held.`,
    remedy: `Check what has happened since then, then release: ${releases.join('; ')}.`,
  });
}
