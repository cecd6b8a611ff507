/**
 * Places the VMs of lost nodes on those that are left, the most urgent first. Next fit: the search
 * for a node goes on behind the last one that was used, so that guests boot on many nodes at once.
 * Source of the idea: next fit (Johnson 1974); the restart order of vSphere HA.
 */
import { breaksRules, moveInRules } from '../../../placement/optimizer/fleet/tenant-rules.ts';
import { DIMENSIONS, type FailoverFleet, isUnreserved, rowOf } from '../fleet/lay-out-failover.ts';
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
 * @param how - `alternatives`: whether further nodes are looked for, which takes longer;
 *   `without`: ids of VMs that are left out, as if they did not exist
 */
export function placeLostVms(
  fleet: FailoverFleet,
  lost: ReadonlySet<number>,
  { alternatives, without = NONE }: HowToPlace,
): readonly PlacedLoss[] {
  const free = fleet.free.slice();
  const moved = leaveLost(fleet, lost);
  for (const id of without) moved.push(...leaveOut(fleet, free, id));
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
    .filter((vm) => !without.has(fleet.vms[vm]?.id ?? ''))
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
      if (first === undefined) return stranded(vm, found.why);
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

/** Options of `placeLostVms`. */
export interface HowToPlace {
  readonly alternatives: 'list' | 'omit';
  readonly without?: ReadonlySet<string> | undefined;
}

const NONE: ReadonlySet<string> = new Set();

/** A move that the rules about other VMs have recorded. */
interface Moved {
  readonly at: number;
  readonly from: number;
  readonly to: number;
}

/** Takes all VMs of lost nodes out of the rules: recoveries ignore peers on dead nodes. */
function leaveLost({ rules }: FailoverFleet, lost: ReadonlySet<number>): Moved[] {
  const moved: Moved[] = [];
  for (const [at, from] of rules.home.entries()) {
    if (!lost.has(from) || rules.tenantOf[at] === undefined) continue;
    moveInRules(rules, at, { from, to: -1 });
    moved.push({ at, from, to: -1 });
  }
  return moved;
}

/** Takes a VM out of the rules, and gives back its room. */
function leaveOut({ rules, ruleAt }: FailoverFleet, free: Float64Array, id: string): Moved[] {
  const at = ruleAt.get(id);
  const from = at === undefined ? undefined : rules.home[at];
  if (at === undefined || from === undefined || from < 0) return [];
  const amounts = rules.vms[at]?.request.vm;
  for (const [dimension, amount] of (amounts === undefined ? [] : rowOf(amounts)).entries()) {
    const place = from * DIMENSIONS + dimension;
    free[place] = (free[place] ?? 0) + amount;
  }
  moveInRules(rules, at, { from, to: -1 });
  return [{ at, from, to: -1 }];
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
  let isAllowed = false;
  let isAdmitted = false;
  for (let nth = 0; nth < rooms.length && found.length < wanted; nth += 1) {
    const at = (cursor + nth) % rooms.length;
    const node = rooms[at] ?? -1;
    if (mask?.[node] !== 1 || lost.has(node)) continue;
    isAllowed = true;
    const fits = hasRoom(fleet, free, { vm, node });
    // Whether it is a matter of room has to be known once only.
    if (!fits && isAdmitted) continue;
    if (isKeptAway(fleet, vm, node)) continue;
    isAdmitted = true;
    if (fits) found.push({ at, node });
  }
  const why: WhyStranded = isAdmitted ? 'room' : isAllowed ? 'others' : 'nowhere';
  return { rooms: found, why };
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
