/** Says in the plan of an update which node would hold the standby of a VM from then on. */
import { VmSpec } from '@novacron/contract/kinds/vm/vm';
import { asksForStandby } from '@novacron/contract/kinds/vm/vm-healing';
import { explainStandbyGap } from '@novacron/engine/recovery/explain-standbys';
import { planStandbys } from '@novacron/engine/recovery/plan-standbys';
import type { VmRow } from '../../../../ports/tables/tables.ts';
import type { WriteScope } from '../../scope.ts';
import { chooseStandby } from './choose-standby.ts';
import { toHeldStandby, toStandbyNode, toStandbyVm } from './observe-standbys.ts';

/**
 * Chooses it as it is chosen after the update. Nothing is reserved.
 * @param wanted - the desired fields of the VM after the update
 * @returns a notice; none where the VM asks for no standby, or the one that it has stays
 */
export async function previewStandbyChange(
  { row, wanted }: { readonly row: VmRow; readonly wanted: unknown },
  scope: Pick<WriteScope, 'deps' | 'context' | 'nowMs'>,
): Promise<readonly string[]> {
  const { data: spec } = VmSpec.safeParse(wanted);
  if (spec === undefined || !asksForStandby(spec.healing)) return [];
  const { standbys, ...read } = await scope.deps.store.snapshot({
    standbys: { from: 'standbys', where: { id: row.id } },
    nodes: { from: 'nodes' },
    volumes: { from: 'volumes', where: { attached_to: row.id } },
  });
  const vm = toStandbyVm({ row, spec }, read);
  const held = standbys.map(toHeldStandby);
  const plan = planStandbys({ vms: [vm], held, nodes: read.nodes.map(toStandbyNode) });
  const [choice] = plan.choose;
  if (choice === undefined) return [];
  const chosen = await chooseStandby({ row, spec, choice, held: standbys[0] }, scope);
  return chosen.kind === 'held'
    ? [`${chosen.node} would be the standby of ${spec.name}: room is reserved there afterwards.`]
    : [
        `No node could hold the standby of ${spec.name} now: ` +
          `${explainStandbyGap(chosen.reason, vm.home)}.`,
      ];
}
