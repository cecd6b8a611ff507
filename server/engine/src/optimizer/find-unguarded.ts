/** Which nodes' VMs would have no room elsewhere if the node failed: N+1 for a whole fleet. */
import { DIMENSIONS, type FleetLayout } from './fleet-layout.ts';

/**
 * Finds them by first fit, as placement's failover check does: the largest VM first, onto the node
 * with most free cores at the outset.
 * @returns places of nodes in service
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
  for (const node of rooms) {
    const vms = residents[node];
    if (vms !== undefined && vms.size > 0 && !haveRoom(state, { vms, node, rooms, free })) {
      unguarded.add(node);
    }
  }
  return unguarded;
}

function haveRoom(
  state: FleetLayout,
  failing: {
    readonly vms: ReadonlySet<number>;
    readonly node: number;
    readonly rooms: readonly number[];
    readonly free: Float64Array;
  },
): boolean {
  const { node, rooms, free } = failing;
  const taken: { readonly room: number; readonly vm: number }[] = [];
  const all = largestFirst(state, failing.vms).every((vm) => {
    const room = rooms.find((each) => each !== node && fits(state, free, vm, each));
    if (room === undefined) return false;
    take(state, free, { vm, room, by: -1 });
    taken.push({ room, vm });
    return true;
  });
  for (const each of taken) take(state, free, { ...each, by: 1 });
  return all;
}

function largestFirst({ asked }: FleetLayout, vms: ReadonlySet<number>): readonly number[] {
  return [...vms].sort((left, right) => {
    for (let at = 0; at < DIMENSIONS; at += 1) {
      const more = (asked[right * DIMENSIONS + at] ?? 0) - (asked[left * DIMENSIONS + at] ?? 0);
      if (more !== 0) return more;
    }
    return left - right;
  });
}

function fits({ asked }: FleetLayout, free: Float64Array, vm: number, room: number): boolean {
  for (let at = 0; at < DIMENSIONS; at += 1) {
    if ((free[room * DIMENSIONS + at] ?? 0) < (asked[vm * DIMENSIONS + at] ?? 0)) return false;
  }
  return true;
}

function take(
  { asked }: FleetLayout,
  free: Float64Array,
  { vm, room, by }: { readonly vm: number; readonly room: number; readonly by: 1 | -1 },
): void {
  for (let at = 0; at < DIMENSIONS; at += 1) {
    const place = room * DIMENSIONS + at;
    free[place] = (free[place] ?? 0) + by * (asked[vm * DIMENSIONS + at] ?? 0);
  }
}
