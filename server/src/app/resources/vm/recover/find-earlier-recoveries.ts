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

/** A recovery that has failed. */
export interface EarlierRecovery {
  readonly operation: Tables['operations'];
  /** Name of the node that was to run the VM; undefined where that cannot be read. */
  readonly node: string | undefined;
  /** From which disks it would run; `restored`: volumes were made from snapshots as well. */
  readonly disk: 'kept' | 'new' | 'restored';
}

/** Where a recovery got stuck. */
export interface StuckNode {
  readonly node: NodeRow;
  /** The room that the VM holds there. */
  readonly allocation: Tables['allocations'];
  readonly recovery: EarlierRecovery;
}

/**
 * Finds them, the newest first, by the ids of VMs.
 * @param sinceMs - of each VM, when its node was heard last. Unit: ms since the Unix epoch
 */
export async function findEarlierRecoveries(
  { store }: Pick<KernelDeps, 'store'>,
  sinceMs: ReadonlyMap<string, number>,
): Promise<ReadonlyMap<string, readonly EarlierRecovery[]>> {
  if (sinceMs.size === 0) return new Map();
  const rows = await store.read({
    from: 'operations',
    where: {
      kind: 'vm.recover',
      status: { in: ['failed', 'stuck'] },
      target_id: { in: [...sinceMs.keys()] },
    },
    orderBy: { column: 'created_at_ms', direction: 'desc' },
    limit: RECOVERIES_MAX,
    damaged: 'blank',
  });
  const found = new Map<string, EarlierRecovery[]>();
  for (const operation of rows) {
    const { target_id: id, created_at_ms: atMs } = operation;
    if (atMs < (sinceMs.get(id) ?? 0)) continue;
    const known = found.get(id) ?? [];
    found.set(id, [...known, { operation, ...destinationOf(operation) }]);
  }
  return found;
}

function destinationOf(operation: Tables['operations']): Omit<EarlierRecovery, 'operation'> {
  const steps = isDamaged(operation) ? [] : decodeDefinition(operation).steps;
  const made = steps.find(({ name }) => name === 'define' || name === 'create');
  const isRestored = steps.some(({ name }) => name.startsWith('restore-'));
  return {
    node: made?.action.kind === 'agent' ? made.action.node : undefined,
    disk: isRestored ? 'restored' : made?.name === 'create' ? 'new' : 'kept',
  };
}
