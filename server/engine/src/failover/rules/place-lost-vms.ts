/**
 * Places the VMs of lost nodes on those that are left, the most urgent first. Next fit: the search
 * for a node goes on behind the last one that was used, so that guests boot on many nodes at once.
 * Source of the idea: next fit (Johnson 1974); the restart order of vSphere HA.
 */
import { breaksRules, moveInRules } from '../../optimizer/fleet/tenant-rules.ts';
import { DIMENSIONS, type FailoverFleet, isUnreserved } from '../fleet/lay-out-failover.ts';
import type { FailoverVm, WhyStranded } from '../model/failover.ts';

/** Nodes that are named besides the one that is chosen. */
const ALTERNATIVES_MAX = 3;

/** A VM with its place; indexes of the layout. */
export interface PlacedLoss {
  readonly vm: number;
  readonly to: number | undefined;
  readonly alternatives: readonly number[];
  readonly why: WhyStranded | undefined;
}

/**
 * Places them.
 * @param lost - indexes of nodes
 * @param alternatives - whether further nodes are looked for, which takes longer
 */
export function placeLostVms(
  fleet: FailoverFleet,
  lost: ReadonlySet<number>,
  alternatives: 'list' | 'omit',
): readonly PlacedLoss[] {
  const free = fleet.free.slice();
  const moved: { readonly at: number; readonly from: number; readonly to: number }[] = [];
  const waiting = [...lost].flatMap((node) => fleet.residents[node] ?? []);
  let cursor = 0;
  const settle = (vm: number, to: number): void => {
    const at = fleet.ruled[vm] ?? -1;
    if (at < 0) return;
    const from = fleet.rules.home[at] ?? -1;
    moveInRules(fleet.rules, at, { from, to });
    moved.push({ at, from, to });
  };
  const placed = waiting
    .sort((left, right) => left - right)
    .map((vm): PlacedLoss => {
      const each = fleet.vms[vm];
      const reserved = findStandby(fleet, each, lost);
      if (reserved !== undefined) {
        settle(vm, reserved);
        return { vm, to: reserved, alternatives: [], why: undefined };
      }
      if (each !== undefined && isUnreserved(each)) return stranded(vm, 'unreserved');
      const found = findRooms(fleet, { vm, lost, free, cursor, alternatives });
      const [first, ...others] = found.rooms;
      if (first === undefined) return stranded(vm, found.isAdmitted ? 'room' : 'nowhere');
      cursor = (first.at + 1) % fleet.rooms.length;
      takeRoom(fleet, free, { vm, node: first.node });
      settle(vm, first.node);
      const further = others.map(({ node }) => node);
      return { vm, to: first.node, alternatives: further, why: undefined };
    });
  for (const { at, from, to } of moved.reverse()) {
    moveInRules(fleet.rules, at, { from: to, to: from });
  }
  return placed;
}

/** The node with room that is reserved for a VM, which counts as taken already. */
function findStandby(
  { nodes }: FailoverFleet,
  vm: FailoverVm | undefined,
  lost: ReadonlySet<number>,
): number | undefined {
  if (vm?.standby === undefined) return undefined;
  const at = nodes.findIndex(({ name }) => name === vm.standby);
  return nodes[at]?.status === 'ready' && !lost.has(at) ? at : undefined;
}

function stranded(vm: number, why: WhyStranded): PlacedLoss {
  return { vm, to: undefined, alternatives: [], why };
}

interface Search {
  readonly vm: number;
  readonly lost: ReadonlySet<number>;
  readonly free: Float64Array;
  readonly cursor: number;
  readonly alternatives: 'list' | 'omit';
}

function findRooms(fleet: FailoverFleet, { vm, lost, free, cursor, alternatives }: Search) {
  const { rooms, masks } = fleet;
  const mask = masks[vm];
  const wanted = alternatives === 'list' ? 1 + ALTERNATIVES_MAX : 1;
  const found: { readonly at: number; readonly node: number }[] = [];
  let isAdmitted = false;
  for (let nth = 0; nth < rooms.length && found.length < wanted; nth += 1) {
    const at = (cursor + nth) % rooms.length;
    const node = rooms[at] ?? -1;
    if (mask?.[node] !== 1 || lost.has(node)) continue;
    const fits = hasRoom(fleet, free, { vm, node });
    // Whether it is a matter of room has to be known once only.
    if (!fits && isAdmitted) continue;
    if (isKeptAway(fleet, vm, node)) continue;
    isAdmitted = true;
    if (fits) found.push({ at, node });
  }
  return { rooms: found, isAdmitted };
}

/** Whether a rule about other VMs keeps a VM off a node. */
function isKeptAway({ ruled, rules }: FailoverFleet, vm: number, node: number): boolean {
  const at = ruled[vm] ?? -1;
  return at >= 0 && breaksRules(rules, at, node);
}

function hasRoom(
  { asked }: FailoverFleet,
  free: Float64Array,
  { vm, node }: { readonly vm: number; readonly node: number },
): boolean {
  for (let at = 0; at < DIMENSIONS; at += 1) {
    if ((free[node * DIMENSIONS + at] ?? 0) < (asked[vm * DIMENSIONS + at] ?? 0)) return false;
  }
  return true;
}

function takeRoom(
  { asked }: FailoverFleet,
  free: Float64Array,
  { vm, node }: { readonly vm: number; readonly node: number },
): void {
  for (let at = 0; at < DIMENSIONS; at += 1) {
    const place = node * DIMENSIONS + at;
    free[place] = (free[place] ?? 0) - (asked[vm * DIMENSIONS + at] ?? 0);
  }
}
