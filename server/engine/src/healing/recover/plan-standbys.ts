/** Plans which VMs get room on a second node, and which of these move. See README.md. */
import type {
  HeldStandby,
  StandbyChoice,
  StandbyInput,
  StandbyNode,
  StandbyPlan,
  StandbyVm,
} from './model/standby.ts';
import { compareUrgency } from './rules/compare-urgency.ts';
import { rankStandbyNodes } from './rules/rank-standby-nodes.ts';

/**
 * Plans a round. A VM whose own node is out of service keeps what it has: its recovery is about to
 * use it.
 */
export function planStandbys({ vms, held, nodes }: StandbyInput): StandbyPlan {
  const nodeOf = new Map(nodes.map((node) => [node.name, node]));
  const heldOf = new Map(held.map((each) => [each.vmId, each]));
  const asking = new Set(vms.map(({ id }) => id));
  const choose = vms.flatMap((vm): readonly StandbyChoice[] => {
    const home = nodeOf.get(vm.home);
    if (home?.usable !== 'yes') return [];
    const why = whyMoved(vm, heldOf.get(vm.id), nodeOf);
    return why === undefined ? [] : [{ vm, why, tiers: rankStandbyNodes(vm, home, nodes) }];
  });
  return {
    release: held.flatMap(({ vmId }) => (asking.has(vmId) ? [] : [vmId])),
    choose: choose.sort((left, right) => compareUrgency(urgencyOf(left), urgencyOf(right))),
  };
}

/** Returns why a standby must move; undefined if it can stay. */
function whyMoved(
  vm: StandbyVm,
  held: HeldStandby | undefined,
  nodes: ReadonlyMap<string, StandbyNode>,
): StandbyChoice['why'] | undefined {
  if (held === undefined || held.node === null) return 'new';
  if (held.node === vm.home) return 'home';
  if (nodes.get(held.node)?.usable !== 'yes') return 'node';
  if (vm.reach?.has(held.node) !== true) return 'disks';
  const { cpuCores, memoryMib, diskGb } = held.amounts;
  const isSame =
    cpuCores === vm.amounts.cpuCores &&
    memoryMib === vm.amounts.memoryMib &&
    diskGb === vm.amounts.diskGb;
  return isSame ? undefined : 'size';
}

function urgencyOf({ vm: { id, priority, amounts } }: StandbyChoice) {
  return { id, priority, memoryMib: amounts.memoryMib };
}
