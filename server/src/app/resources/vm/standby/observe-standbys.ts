/** The VMs that ask for a standby, the standbys that are held, and the nodes for them. */
import { VmSpec } from '@novacron/contract/kinds/vm/vm';
import { asksForStandby } from '@novacron/contract/kinds/vm/vm-healing';
import type {
  HeldStandby,
  StandbyInput,
  StandbyNode,
  StandbyVm,
} from '@novacron/engine/healing/recover/model/standby';
import type { Store } from '../../../../ports/store.ts';
import type { NodeRow } from '../../../../ports/tables/node-row.ts';
import type { StandbyRow } from '../../../../ports/tables/standby-row.ts';
import type { VmRow, VolumeRow } from '../../../../ports/tables/tables.ts';
import { desiredAs, mapReadable, observedOf } from '../../../rows/answer-resource.ts';
import { amountsOf } from '../../../rows/vm-amounts.ts';
import { findSharedDisks, reachesDisks } from '../reach/find-reaching-nodes.ts';
import { amountsOfStandby } from './standby-room.ts';

/** State that a round reads. */
export interface ObservedStandbys {
  readonly input: StandbyInput;
  readonly nodes: readonly NodeRow[];
  readonly vms: ReadonlyMap<string, { readonly row: VmRow; readonly spec: VmSpec }>;
  readonly held: ReadonlyMap<string, StandbyRow>;
}

/** VMs whose machines are being made, or that are given up, get none yet. */
const NONE_YET = ['creating', 'deleting', 'failed', 'unknown'];

/** Reads it in one snapshot. */
export async function observeStandbys(store: Pick<Store, 'snapshot'>): Promise<ObservedStandbys> {
  const read = await store.snapshot({
    vms: { from: 'vms' },
    standbys: { from: 'standbys' },
    nodes: { from: 'nodes' },
    volumes: { from: 'volumes', where: { attached_to: { not: null } } },
  });
  // The texts are searched first: reading them all would take a second in a large fleet.
  const rows = read.vms.filter(({ desired_json }) => desired_json.includes('"standby":true'));
  const asking = mapReadable(rows, (row) => ({ row, spec: desiredAs(row, VmSpec) })).filter(
    ({ spec }) => asksForStandby(spec.healing),
  );
  const held = new Map<string, StandbyRow>(read.standbys.map((row) => [row.id, row]));
  const isOld = ({ row }: { readonly row: VmRow }) =>
    held.has(row.id) ||
    // A recovery that fails gives back the standby that it took.
    (row.busy_operation_id === null && !NONE_YET.includes(String(observedOf(row).status)));
  const vms = asking.filter(isOld);
  return {
    input: {
      vms: vms.map((vm) => toStandbyVm(vm, read)),
      held: read.standbys.map(toHeldStandby),
      nodes: read.nodes.map(toStandbyNode),
    },
    nodes: read.nodes,
    vms: new Map(vms.map((vm) => [vm.row.id, vm])),
    held,
  };
}

/** A node as the plan of standbys sees it. */
export function toStandbyNode(row: NodeRow): StandbyNode {
  const { name, zone, rack } = row;
  return { name, zone, rack, usable: isUsable(row) ? 'yes' : 'no' };
}

/** Whether a VM can be started on a node now: it is in service, and servers hear it. */
export function isUsable({
  status,
  suspected_json,
  followed_json,
}: Pick<NodeRow, 'status' | 'suspected_json' | 'followed_json'>): boolean {
  return status === 'ready' && suspected_json === null && followed_json === null;
}

/** A standby as it is stored, as the plan of standbys sees it. */
export function toHeldStandby(row: StandbyRow): HeldStandby {
  return { vmId: row.id, node: row.node, amounts: amountsOfStandby(row) };
}

/** A VM with its node and its volumes, as the plan of standbys sees it. */
export function toStandbyVm(
  { row, spec }: { readonly row: VmRow; readonly spec: VmSpec },
  {
    nodes,
    volumes,
  }: { readonly nodes: readonly NodeRow[]; readonly volumes: readonly VolumeRow[] },
): StandbyVm {
  const home = nodes.find(({ name }) => name === observedOf(row).node);
  const own = volumes.filter(({ attached_to }) => attached_to === row.id);
  const disks = home && findSharedDisks(own, home);
  return {
    id: row.id,
    name: row.name,
    home: String(observedOf(row).node),
    priority: spec.priority,
    amounts: amountsOf(spec),
    reach:
      disks && new Set(nodes.filter((node) => reachesDisks(node, disks)).map(({ name }) => name)),
  };
}
