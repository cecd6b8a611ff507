/**
 * Finds the recoveries of VMs that have failed since their nodes were heard last. One that got
 * stuck has made the machine on a node that does not start it: it is retried there, or the machine
 * is removed again and another node is tried.
 */
import type { NodeRow } from '../../../../ports/tables/node-row.ts';
import type { Tables } from '../../../../ports/tables/tables.ts';
import type { KernelDeps } from '../../../kernel/context/deps.ts';
import { decodeDefinition, isDamaged } from '../../../kernel/definitions/operation-definition.ts';

/** Operations that are looked at; more failures than that wait for the longest time anyhow. */
const RECOVERIES_MAX = 1_000;

/** Events of lost nodes that are looked at; of a node that is not among them the time counts. */
const LOSSES_MAX = 10_000;

/** A recovery that has failed. */
export interface EarlierRecovery {
  readonly operation: Tables['operations'];
  /** Name of the node that was to run the VM; undefined where that cannot be read. */
  readonly node: string | undefined;
  /** From which disks it would run; `restored`: volumes were made from snapshots as well. */
  readonly disk: 'kept' | 'new' | 'restored';
}

/** Node on which a recovery got stuck. */
export interface StuckNode {
  readonly node: NodeRow;
  /** The room that the VM holds there. */
  readonly allocation: Tables['allocations'];
  readonly recovery: EarlierRecovery;
}

/** The lost node of a VM. */
export type LostNode = Pick<NodeRow, 'id' | 'last_seen_at_ms'>;

/**
 * Finds them, the newest first, by the ids of VMs. Which came first is read from ids, which rise
 * when the time of day is set back, too.
 * @param sources - of each VM, its lost node
 */
export async function findEarlierRecoveries(
  { store }: Pick<KernelDeps, 'store'>,
  sources: ReadonlyMap<string, LostNode>,
): Promise<ReadonlyMap<string, readonly EarlierRecovery[]>> {
  if (sources.size === 0) return new Map();
  const rows = await store.read({
    from: 'operations',
    where: {
      kind: 'vm.recover',
      status: { in: ['failed', 'stuck'] },
      target_id: { in: [...sources.keys()] },
    },
    orderBy: { column: 'id', direction: 'desc' },
    limit: RECOVERIES_MAX,
    damaged: 'blank',
  });
  if (rows.length === 0) return new Map();
  const losses = await readLosses({ store }, sources);
  const found = new Map<string, EarlierRecovery[]>();
  for (const operation of rows) {
    const source = sources.get(operation.target_id);
    if (source === undefined || isBefore(operation, source, losses)) continue;
    const known = found.get(operation.target_id) ?? [];
    found.set(operation.target_id, [...known, { operation, ...destinationOf(operation) }]);
  }
  return found;
}

/** The events that say last that nodes were lost, by the ids of nodes. */
async function readLosses(
  { store }: Pick<KernelDeps, 'store'>,
  sources: ReadonlyMap<string, LostNode>,
): Promise<ReadonlyMap<string, string>> {
  const ids = new Set([...sources.values()].map(({ id }) => id));
  const events = await store.read({
    from: 'events',
    where: { type: 'node.lost', target: { in: [...ids] } },
    orderBy: { column: 'id', direction: 'desc' },
    limit: LOSSES_MAX,
  });
  // The last of a key wins, and the newest are first.
  return new Map(events.toReversed().map(({ id, target }) => [target, id]));
}

/** Whether a recovery was one of an earlier outage of the node. */
function isBefore(
  { id, created_at_ms: atMs }: Tables['operations'],
  source: LostNode,
  losses: ReadonlyMap<string, string>,
): boolean {
  const lost = losses.get(source.id);
  return lost === undefined ? atMs < source.last_seen_at_ms : orderOf(id) < orderOf(lost);
}

/** Returns the part of an id that rises with each new id, regardless of its kind. */
function orderOf(id: string): string {
  return id.slice(id.indexOf('_') + 1);
}

/** The node that is to run the VM, and from which disks. */
export function destinationOf(operation: Tables['operations']): Omit<EarlierRecovery, 'operation'> {
  const steps = isDamaged(operation) ? [] : decodeDefinition(operation).steps;
  const made = steps.find(({ name }) => name === 'define' || name === 'create');
  const isRestored = steps.some(({ name }) => name.startsWith('restore-'));
  return {
    node: made?.action.kind === 'agent' ? made.action.node : undefined,
    disk: isRestored ? 'restored' : made?.name === 'create' ? 'new' : 'kept',
  };
}
