/** Keeps the room of lost nodes when members of a group are created, changed or replaced. */
import type { JsonObject } from '@novacron/contract/json';
import { VM_FIELDS, VmSpec } from '@novacron/contract/kinds/vm/vm';
import type { Problem } from '@novacron/contract/problem/problem';
import { ok, type Result } from '@novacron/contract/result';
import { fillDefaults } from '@novacron/contract/schema/field';
import type { ChangeSet } from '../../../ports/store.ts';
import type { VmRow } from '../../../ports/tables/tables.ts';
import type { PreparedWrite } from '../../kernel/write/prepared-write.ts';
import { desiredOf } from '../../rows/answer-resource.ts';
import { amountsHeldBy, amountsOf, subtract } from '../../rows/vm-amounts.ts';
import type { WriteScope } from '../scope.ts';
import { guardRoomTaken } from '../vm/failover/guard-failover-room.ts';
import { isNewlyAsked, readTakenRoom, type TakenRoom } from '../vm/failover/taken-room.ts';
import { aboutTemplate } from './plan-members.ts';

/** Effect of a group change on its members. */
interface MemberWrites {
  /** Creates and updates. */
  readonly writes: readonly PreparedWrite[];
  /** Members that are deleted and created again, with the input of `vm.create`. */
  readonly replaced: readonly { readonly vm: VmRow; readonly input: JsonObject }[];
}

/**
 * Checks all members of a change at once, before any is touched: each by itself may have room.
 * @returns the guards of the commit; `no-capacity` where some nodes could not be lost any more
 */
export async function guardMembersRoom(
  { writes, replaced }: MemberWrites,
  scope: WriteScope,
): Promise<Result<ChangeSet, Problem>> {
  if (scope.deps.settings.failoverNodes === 0) return ok([]);
  const renewed = await readReplaced(replaced, scope);
  const taken = [...writes.flatMap((write) => readTakenRoom(write)), ...renewed];
  const kept = await guardRoomTaken(taken, scope);
  return kept.ok ? kept : { ok: false, error: aboutTemplate(kept.error) };
}

/** A new member takes the place of the old one; elsewhere it is checked when it is created. */
async function readReplaced(
  replaced: MemberWrites['replaced'],
  { deps }: WriteScope,
): Promise<readonly TakenRoom[]> {
  if (replaced.length === 0) return [];
  const ids = replaced.map(({ vm }) => vm.id);
  const held = await deps.store.read({ from: 'allocations', where: { vm_id: { in: ids } } });
  return replaced.flatMap(({ vm, input }): readonly TakenRoom[] => {
    const { id } = vm;
    const own = held.find(({ vm_id }) => vm_id === id);
    if (own === undefined) return [];
    const spec = VmSpec.parse(fillDefaults(VM_FIELDS, input));
    const amounts = subtract(amountsOf(spec), amountsHeldBy(own));
    const isMore = Object.values(amounts).some((amount) => amount > 0);
    if (!isMore && !isNewlyAsked({ before: desiredOf(vm) }, spec)) return [];
    const nodeId = own.node_id;
    return [{ id, write: 'change', nodeId, amounts, changes: [{ nodeId, amounts }], spec }];
  });
}
