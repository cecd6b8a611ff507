/** Nodes, and the VMs that have to start elsewhere, as columns of numbers. */
import { rememberMasks } from '../../../placement/optimizer/fleet/node-markings.ts';
import {
  makeTenantRules,
  type TenantRules,
} from '../../../placement/optimizer/fleet/tenant-rules.ts';
import type { PlacementNode, VmRequest } from '../../../placement/place/model/placement.ts';
import { compareUrgency } from '../../recover/rules/compare-urgency.ts';
import type { FailoverInput, FailoverVm } from '../model/failover.ts';

/** CPU, memory, disk. */
export const DIMENSIONS = 3;

/** The layout. VMs are those that have to start elsewhere, in the order of their recovery. */
export interface FailoverFleet {
  readonly nodes: readonly PlacementNode[];
  readonly vms: readonly FailoverVm[];
  /** In rows of `DIMENSIONS`. */
  readonly free: Float64Array;
  readonly asked: Float64Array;
  /** Indexes of the nodes in service, the one with most free memory first. */
  readonly rooms: Int32Array;
  /** Indexes of VMs by the index of their node, in order. */
  readonly residents: readonly (readonly number[])[];
  /** The nodes that may hold each VM: 1 for each that may. VMs of one class share the array. */
  readonly masks: readonly Uint8Array[];
  /** Place in `rules` of the VMs that are subject to rules about others; -1 for all others. */
  readonly ruled: Int32Array;
  readonly rules: TenantRules;
  /** Place in `rules` of each VM, whether it is to start elsewhere or not, by id. */
  readonly ruleAt: ReadonlyMap<string, number>;
  /** Indexes of nodes that are lost now, with VMs that wait for a start elsewhere. */
  readonly lost: readonly number[];
}

/** Lays out a fleet; VMs on nodes that are not in it are left out. */
export function layOutFailover({ nodes, vms: all }: FailoverInput): FailoverFleet {
  const slotOf = new Map(nodes.map(({ name }, slot) => [name, slot]));
  const there = all.filter(({ node }) => slotOf.has(node));
  const rules = makeTenantRules(nodes, there);
  const vms = there
    .map((vm, at) => ({ vm, at }))
    .filter(({ vm }) => vm.restart !== undefined)
    .sort((left, right) => compareUrgency(urgencyOf(left.vm), urgencyOf(right.vm)));
  const residents = nodes.map((): number[] => []);
  for (const [at, { vm }] of vms.entries()) residents[slotOf.get(vm.node) ?? -1]?.push(at);
  const free = Float64Array.from(nodes.flatMap(freeOf));
  const memoryOf = (node: number) => free[node * DIMENSIONS + 1] ?? 0;
  const rooms = nodes.flatMap(({ status }, node) => (status === 'ready' ? [node] : []));
  rooms.sort((left, right) => memoryOf(right) - memoryOf(left) || left - right);
  const maskOf = rememberReaches(nodes);
  return {
    nodes,
    vms: vms.map(({ vm }) => vm),
    free,
    asked: Float64Array.from(vms.flatMap(({ vm }) => rowOf(vm.request.vm))),
    rooms: Int32Array.from(rooms),
    residents,
    masks: vms.map(({ vm }) => maskOf(vm)),
    ruled: Int32Array.from(vms, ({ at }) => (rules.tenantOf[at] === undefined ? -1 : at)),
    rules,
    ruleAt: new Map(there.map(({ id }, at) => [id, at])),
    lost: nodes.flatMap(({ status }, node) =>
      status === 'lost' && (residents[node]?.length ?? 0) > 0 ? [node] : [],
    ),
  };
}

/** Whether a VM needs something of a node that is not a room: no room is kept for that. */
export function isUnreserved({ request: { vm } }: Pick<FailoverVm, 'request'>): boolean {
  return hasSpecialNeeds(vm);
}

function hasSpecialNeeds({ devices, pools, licences, numa, pinning }: VmRequest): boolean {
  return (
    (devices ?? []).length > 0 ||
    Object.keys(pools ?? {}).length > 0 ||
    (licences ?? []).length > 0 ||
    numa === 'single' ||
    pinning === 'dedicated'
  );
}

function rememberReaches(nodes: readonly PlacementNode[]): (vm: FailoverVm) => Uint8Array {
  const markingsOf = rememberMasks(nodes);
  const known = new Map<Uint8Array, Map<ReadonlySet<string> | undefined, Uint8Array>>();
  return ({ request, restart }) => {
    const marked = markingsOf(request);
    const byReach = known.get(marked) ?? new Map<ReadonlySet<string> | undefined, Uint8Array>();
    known.set(marked, byReach);
    const reach = restart?.reach;
    const mask =
      byReach.get(reach) ??
      marked.map((mark, node) => mark & Number(reach?.has(nodes[node]?.name ?? '') === true));
    byReach.set(reach, mask);
    return mask;
  };
}

function urgencyOf({ id, priority = 0, request }: FailoverVm) {
  return { id, priority, memoryMib: request.vm.memoryMib };
}

function freeOf({ capacity, used }: PlacementNode): readonly number[] {
  const [all, taken] = [rowOf(capacity), rowOf(used)];
  return all.map((amount, at) => amount - (taken[at] ?? 0));
}

/** The amounts of a VM or node by dimension. */
export function rowOf(amounts: PlacementNode['capacity']): readonly number[] {
  return [amounts.cpuCores, amounts.memoryMib, amounts.diskGb];
}
