/**
 * Finds storages with one id, as a storage and its copy have: servers would take them for one that
 * nodes share, and start a VM from a disk without its last writes. Nodes with the same storage see
 * each other's heartbeats move there.
 */
import { steadyMs } from '@novacron/runtime/clock';
import type { NodeRow } from '../../../ports/tables/node-row.ts';
import { findPlatformTenant } from '../../access/tenants/tenant-access.ts';
import { eventChange } from '../../kernel/events/events.ts';
import type { ReconcilerBudget } from '../../kernel/reconcilers/reconciler.ts';
import { commitUnder } from '../../kernel/write/commit-changes.ts';
import { readFacts } from '../../placement/facts/node-facts.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { stateOfNode } from '../../resources/node/node-fence.ts';
import { capabilitiesOf } from '../../resources/vm/machine/configure-steps.ts';

/** A node that has just started has seen no other one yet. Unit: ms. */
const UNSEEN_MS = 60_000;

/** Two living nodes that announce one storage, of which the first does not see the other there. */
export interface StoragesApart {
  readonly pool: string;
  readonly reader: string;
  readonly writer: string;
}

/** Remembers what was found, and what was said of it. */
export interface ApartWatch {
  /** Says it once of each two nodes, when it has lasted a minute. */
  readonly look: (
    deps: CapabilityDeps,
    rows: readonly NodeRow[],
    guard: ReconcilerBudget['guard'],
  ) => Promise<void>;
}

/** Finds them, of the nodes that answer, write heartbeats and look for those of others. */
export function findStoragesApart(rows: readonly NodeRow[]): readonly StoragesApart[] {
  const nodes = rows.flatMap((row) => {
    const storage = readFacts(row)?.storage;
    if (storage?.sharing !== 'shared' || storage.peers === undefined) return [];
    if (row.suspected_json !== null || stateOfNode(row) !== 'answers') return [];
    if (capabilitiesOf(row).poolHeartbeat !== 'yes') return [];
    const moving = storage.peers.filter(({ heartbeat }) => heartbeat === 'moves');
    const seen = new Set(moving.map(({ node }) => node));
    return [{ name: row.name, pool: storage.pool, seen }];
  });
  return nodes.flatMap(({ name: reader, pool, seen }) =>
    nodes
      .filter((other) => other.pool === pool && other.name !== reader && !seen.has(other.name))
      .map(({ name: writer }) => ({ pool, reader, writer })),
  );
}

/** Creates it. */
export function watchStoragesApart(): ApartWatch {
  const sinceMs = new Map<string, number>();
  const reported = new Set<string>();

  return {
    look: async (deps, rows, guard) => {
      const nowMs = steadyMs(deps.clock);
      const apart = new Map(findStoragesApart(rows).map((each) => [keyOf(each), each]));
      for (const key of sinceMs.keys()) {
        if (apart.has(key)) continue;
        sinceMs.delete(key);
        reported.delete(key);
      }
      for (const [key, each] of apart) {
        const firstMs = sinceMs.get(key) ?? nowMs;
        sinceMs.set(key, firstMs);
        if (nowMs - firstMs < UNSEEN_MS || reported.has(key)) continue;
        if (await tell(deps, each, guard)) reported.add(key);
      }
    },
  };
}

/** Each of the two may miss the other. */
function keyOf({ pool, reader, writer }: StoragesApart): string {
  return JSON.stringify([pool, ...[reader, writer].sort()]);
}

async function tell(
  deps: CapabilityDeps,
  { pool, reader, writer }: StoragesApart,
  guard: ReconcilerBudget['guard'],
): Promise<boolean> {
  const tenant = await findPlatformTenant(deps.store);
  if (tenant === undefined) return false;
  const detail =
    `Two storages have the id ${pool}: ${reader} does not see the heartbeat of ${writer} move in ` +
    'its own storage, as it would in shared storage.';
  const done = await commitUnder(guard, deps, [
    eventChange(deps, {
      tenantId: tenant.id,
      type: 'node.storages_apart',
      source: 'healing',
      target: reader,
      priority: 'critical',
      data: {
        nodes: [reader, writer],
        pool,
        detail,
        remedy:
          'Mount the same storage on both. If one of them is a copy of the other on purpose, ' +
          'give its nodes --storage local, or stop their agents and remove pool.json from the ' +
          'copy and from their run directories.',
      },
    }),
  ]);
  if (done.ok) deps.logger.warn({ reader, writer, pool }, detail);
  return done.ok;
}
