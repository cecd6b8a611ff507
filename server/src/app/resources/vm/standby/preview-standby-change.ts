/** Says in the plan of an update which node would hold the standby of a VM from then on. */
import { VmSpec } from '@novacron/contract/kinds/vm/vm';
import { asksForStandby } from '@novacron/contract/kinds/vm/vm-healing';
import { explainStandbyGap } from '@novacron/engine/healing/recover/explain-standbys';
import { planStandbys } from '@novacron/engine/healing/recover/plan-standbys';
import type { Amounts } from '@novacron/engine/placement/place/model/placement';
import type { VmRow } from '../../../../ports/tables/tables.ts';
import type { WriteScope } from '../../scope.ts';
import { chooseStandby, type PlannedStandby } from './choose-standby.ts';
import { toHeldStandby, toStandbyNode, toStandbyVm } from './observe-standbys.ts';
import type { RoomOnNode } from './standby-room.ts';

/** A VM whose standby would be another one. */
export interface StandbyChange {
  /** The VM, as it is named afterwards. */
  readonly name: string;
  /** Name of the node of the VM. */
  readonly home: string;
  readonly amounts: Amounts;
  readonly chosen: PlannedStandby;
}

/** A VM, and what it is after a write. */
interface ChangedVm {
  readonly row: VmRow;
  /** The desired fields of the VM after the write. */
  readonly wanted: unknown;
  /** Room that standbys of other VMs of the same write are planned to hold; none when absent. */
  readonly planned?: readonly RoomOnNode[];
}

/**
 * Chooses it as it is chosen after the write. Nothing is reserved.
 * @returns undefined where the VM asks for no standby, or the one that it has stays
 */
export async function planStandbyChange(
  { row, wanted, planned = [] }: ChangedVm,
  scope: Pick<WriteScope, 'deps' | 'context' | 'nowMs'>,
): Promise<StandbyChange | undefined> {
  const { data: spec } = VmSpec.safeParse(wanted);
  if (spec === undefined || !asksForStandby(spec.healing)) return undefined;
  const { standbys, ...read } = await scope.deps.store.snapshot({
    standbys: { from: 'standbys', where: { id: row.id } },
    nodes: { from: 'nodes' },
    volumes: { from: 'volumes', where: { attached_to: row.id } },
  });
  const vm = toStandbyVm({ row, spec }, read);
  const held = standbys.map(toHeldStandby);
  const plan = planStandbys({ vms: [vm], held, nodes: read.nodes.map(toStandbyNode) });
  const [choice] = plan.choose;
  if (choice === undefined) return undefined;
  const chosen = await chooseStandby({ row, spec, choice, held: standbys[0], planned }, scope);
  return { name: spec.name, home: vm.home, amounts: vm.amounts, chosen };
}

/** @returns a notice about it; none where nothing of it changes */
export async function previewStandbyChange(
  vm: ChangedVm,
  scope: Pick<WriteScope, 'deps' | 'context' | 'nowMs'>,
): Promise<readonly string[]> {
  const change = await planStandbyChange(vm, scope);
  if (change === undefined) return [];
  const { name, home, chosen } = change;
  return chosen.kind === 'held'
    ? [`${chosen.node} would be the standby of ${name}: room is reserved there afterwards.`]
    : [
        `No node could hold the standby of ${name} now: ` +
          `${explainStandbyGap(chosen.reason, home)}.`,
      ];
}
