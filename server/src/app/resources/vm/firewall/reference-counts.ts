import { networkIdsOf } from '@novacron/contract/kinds/vm/network-interface';
import type { VmSpec } from '@novacron/contract/kinds/vm/vm';
import type { ChangeSet } from '../../../../ports/store.ts';
import type { SecurityGroupRow } from '../../../../ports/tables/tables.ts';
import type { Saga } from '../../../kernel/operations/saga.ts';
import { replan } from '../../../rows/resource-problems.ts';
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
 * Plans the counts of a VM at its networks and its security groups: until the operation ends, both
 * the old and the new references count. A VM whose create or delete is stuck counts until it is
 * deleted.
 */
export function planReferenceCounts({ before, after, groups }: Change): Partial<Saga> {
  const uses = usesChanged(before, after);
  const [from, to] = [before, after].map((spec) => (spec === null ? [] : networkIdsOf(spec)));
  const left = (from ?? []).filter((id) => !to?.includes(id));
  const joined = (to ?? []).filter((id) => !from?.includes(id));
  const reserve = [
    ...joined.flatMap((id) => connect(id, 1)),
    ...requireSameGroups(groups),
    ...countUses(uses.begin, 1),
  ];
  const finalize = [...left.flatMap((id) => connect(id, -1)), ...countUses(uses.cease, -1)];
  const rollback = [...joined.flatMap((id) => connect(id, -1)), ...countUses(uses.begin, -1)];
  const isUpdate = before !== null && after !== null;
  const stuck = isUpdate ? { release: rollback, reacquire: reserve } : {};
  return { reserve, finalize, rollback, ...stuck };
}

/** Counts a VM at its network; the guard fails when the network has been deleted. */
function connect(networkId: string, count: 1 | -1): ChangeSet {
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
