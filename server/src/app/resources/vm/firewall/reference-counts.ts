import type { VmSpec } from '@novacron/contract/kinds/vm/vm';
import type { ChangeSet } from '../../../../ports/store.ts';
import type { SecurityGroupRow } from '../../../../ports/tables/tables.ts';
import type { Saga } from '../../../kernel/operations/saga.ts';
import { replan } from '../../../rows/replan.ts';
import { countUses, requireSameGroups, usesChanged } from '../../security-group/vm-firewall.ts';

/** A change of a VM, and the security groups of before and after. */
interface Change {
  /** null for a VM that is being created. */
  readonly before: VmSpec | null;
  /** null for a VM that is being deleted. */
  readonly after: VmSpec | null;
  readonly groups: readonly SecurityGroupRow[];
}

/**
 * Plans the counts of a VM at its network and its security groups: until the operation ends, both
 * the old and the new references count. A VM whose create or delete is stuck counts until it is
 * deleted.
 */
export function planReferenceCounts({ before, after, groups }: Change): Partial<Saga> {
  const uses = usesChanged(before, after);
  const [from, to] = [before?.network_id ?? null, after?.network_id ?? null];
  const reconnect = from === to ? [] : [{ from, to }];
  const reserve = [
    ...reconnect.flatMap((networks) => connect(networks.to, 1)),
    ...requireSameGroups(groups),
    ...countUses(uses.begin, 1),
  ];
  const finalize = [
    ...reconnect.flatMap((networks) => connect(networks.from, -1)),
    ...countUses(uses.cease, -1),
  ];
  const rollback = [
    ...reconnect.flatMap((networks) => connect(networks.to, -1)),
    ...countUses(uses.begin, -1),
  ];
  const isUpdate = before !== null && after !== null;
  const stuck = isUpdate ? { release: rollback, reacquire: reserve } : {};
  return { reserve, finalize, rollback, ...stuck };
}

/** Counts a VM at its network; the guard fails when the network has been deleted. */
function connect(networkId: string | null, count: 1 | -1): ChangeSet {
  if (networkId === null) return [];
  return [
    {
      kind: 'add',
      table: 'networks',
      id: networkId,
      by: [{ column: 'vm_count', amount: count }],
      otherwise: replan(`Network ${networkId}`),
    },
  ];
}
