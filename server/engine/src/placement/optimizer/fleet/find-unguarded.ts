/** Finds nodes whose VMs would have no room elsewhere if the node failed: N+1 for a whole fleet. */
import { DIMENSIONS, type FleetLayout } from './fleet-layout.ts';

/**
 * Finds them by first fit, as placement's failover check does: the largest VM first, onto the node
 * with most free cores at the outset.
 * @returns indexes of nodes in service
 * Source of the idea: Ganeti, htools' N+1 check.
 */
export function findUnguarded(state: FleetLayout): ReadonlySet<number> {
  const { nodes, capacity, used, residents, inService } = state;
  const free = capacity.map((all, place) => all - (used[place] ?? 0));
  const rooms = nodes.flatMap((_, node) => (inService[node] === 1 ? [node] : []));
  rooms.sort(
    (left, right) =>
      (free[right * DIMENSIONS] ?? 0) - (free[left * DIMENSIONS] ?? 0) ||
      ((nodes[left]?.name ?? '') < (nodes[right]?.name ?? '') ? -1 : 1),
  );
  const unguarded = new Set<number>();
  const trial: Trial = { free: free.slice(), touched: [] };
  for (const node of rooms) {
    const vms = residents[node];
    if (vms === undefined || vms.size === 0) continue;
    if (!haveRoom(state, { vms, node, rooms, trial })) unguarded.add(node);
    reset(trial, free);
  }
  return unguarded;
}

/**
 * The free amounts while the VMs of one node are placed elsewhere, and the rows that this has
 * changed: only these are reset for the next node, as copying those of the whole fleet costs more.
 */
interface Trial {
  readonly free: Float64Array;
  readonly touched: number[];
}

function reset({ free, touched }: Trial, to: Float64Array): void {
  for (const at of touched) {
    for (let place = at; place < at + DIMENSIONS; place += 1) free[place] = to[place] ?? 0;
  }
  touched.length = 0;
}

function haveRoom(
  layout: FleetLayout,
  failing: {
    readonly vms: ReadonlySet<number>;
    readonly node: number;
    readonly rooms: readonly number[];
    readonly trial: Trial;
  },
): boolean {
  const { asked, ranks } = layout;
  const { node, rooms, trial } = failing;
  // The largest first: its rank is the lowest.
  for (const rank of Int32Array.from(failing.vms, (vm) => ranks.of[vm] ?? 0).sort()) {
    const vm = ranks.vms[rank] ?? 0;
    if (hasStandby(layout, vm, node)) continue;
    const request = vm * DIMENSIONS;
    if (!takeRoom(trial, rooms, { node, asked, request })) return false;
  }
  return true;
}

/** Whether enough room is reserved for a VM on another node in service. */
function hasStandby(
  { standby, reserved, asked, inService }: FleetLayout,
  vm: number,
  failing: number,
): boolean {
  const node = standby[vm] ?? -1;
  if (node < 0 || node === failing || inService[node] !== 1) return false;
  for (let at = 0; at < DIMENSIONS; at += 1) {
    const place = vm * DIMENSIONS + at;
    if ((reserved[place] ?? 0) < (asked[place] ?? 0)) return false;
  }
  return true;
}

/** Takes the amounts from the first node with enough room. */
function takeRoom(
  { free, touched }: Trial,
  rooms: readonly number[],
  {
    node,
    asked,
    request,
  }: { readonly node: number; readonly asked: Float64Array; readonly request: number },
): boolean {
  const cpu = asked[request] ?? 0;
  const memory = asked[request + 1] ?? 0;
  const disk = asked[request + 2] ?? 0;
  for (let nth = 0; nth < rooms.length; nth += 1) {
    const room = rooms[nth] ?? 0;
    const at = room * DIMENSIONS;
    const cpuFree = free[at] ?? 0;
    const memoryFree = free[at + 1] ?? 0;
    const diskFree = free[at + 2] ?? 0;
    if (room === node || cpuFree < cpu || memoryFree < memory || diskFree < disk) continue;
    free[at] = cpuFree - cpu;
    free[at + 1] = memoryFree - memory;
    free[at + 2] = diskFree - disk;
    touched.push(at);
    return true;
  }
  return false;
}

/** Numbers VMs by their sizes, the largest first, and equal ones in their order. */
export function rankSizes(vms: number, asked: Float64Array): FleetLayout['ranks'] {
  const ranked = Array.from({ length: vms }, (_, vm) => vm).sort((left, right) => {
    for (let at = 0; at < DIMENSIONS; at += 1) {
      const more = (asked[right * DIMENSIONS + at] ?? 0) - (asked[left * DIMENSIONS + at] ?? 0);
      if (more !== 0) return more;
    }
    return left - right;
  });
  const of = new Int32Array(vms);
  for (const [rank, vm] of ranked.entries()) of[vm] = rank;
  return { of, vms: Int32Array.from(ranked) };
}
