/** Checks whether the VMs of any few nodes can start elsewhere. See README.md. */
import type { Amounts } from '../../placement/place/model/placement.ts';
import { type FailoverFleet, isUnreserved, layOutFailover } from './fleet/lay-out-failover.ts';
import type {
  FailoverCheck,
  FailoverInput,
  FailoverVerdict,
  FailoverVm,
  RoomTaken,
} from './model/failover.ts';
import { describeLoss } from './plan-loss.ts';
import { boundAllLosses, countSlots, isLossBounded } from './rules/bound-losses.ts';
import { isUncovered } from './rules/is-uncovered.ts';
import { type PlacedLoss, placeLostVms } from './rules/place-lost-vms.ts';

/** Sets of nodes that are looked at; more take longer than a write may wait. */
const SETS_MAX = 200_000;

/** Sets of nodes whose VMs are packed one by one. */
const PACKED_MAX = 2_000;

/**
 * Checks it: by counting slots first, and where that does not decide, by packing the VMs of each
 * set of nodes as a recovery would.
 * @returns `safe` only if `planLoss` finds a place for every VM of each set of nodes, those aside
 *   that their own rules and disks keep on lost nodes, or that no room is kept for
 */
export function checkFailover(
  input: FailoverInput,
  { nodesMax, taken }: FailoverCheck,
): FailoverVerdict {
  const fleet = layOutFailover(input);
  const table = countSlots(fleet);
  const more = Math.max(0, nodesMax - fleet.lost.length);
  const bound = boundAllLosses(table, { lost: fleet.lost, more });
  const slot = slotOf(input.vms);
  if (bound >= 0) return { kind: 'safe', slack: bound, slot };
  let looked = 0;
  let packed = 0;
  for (const lost of setsOf(fleet, more)) {
    looked += 1;
    if (looked > SETS_MAX) return { kind: 'unproven' };
    if (isLossBounded(table, lost)) continue;
    packed += 1;
    if (packed > PACKED_MAX) return { kind: 'unproven' };
    if (isCovered(fleet, lost, taken)) continue;
    return { kind: 'uncovered', plan: describeLoss(fleet, lost, 'omit') };
  }
  return { kind: 'safe', slack: 0, slot };
}

/** Returns the size of the largest VM that has to start elsewhere, by dimension. */
export function slotOf(vms: readonly FailoverVm[]): Amounts {
  const counted = vms.filter((vm) => vm.restart !== undefined && !isUnreserved(vm));
  return counted.reduce(
    (most, { request: { vm } }) => ({
      cpuCores: Math.max(most.cpuCores, vm.cpuCores),
      memoryMib: Math.max(most.memoryMib, vm.memoryMib),
      diskGb: Math.max(most.diskGb, vm.diskGb),
    }),
    { cpuCores: 0, memoryMib: 0, diskGb: 0 },
  );
}

/**
 * Returns by how many units a write brings a fleet nearer to the limit.
 * @param slot - the unit, of a `safe` verdict
 * @param restarts - whether the VM has to start elsewhere
 * @returns undefined for a VM that is larger than the unit: nothing is known then
 */
export function unitsOf(
  amounts: Amounts,
  slot: Amounts,
  restarts: 'yes' | 'no',
): number | undefined {
  const pairs = [
    [amounts.cpuCores, slot.cpuCores],
    [amounts.memoryMib, slot.memoryMib],
    [amounts.diskGb, slot.diskGb],
  ] as const;
  if (restarts === 'yes' && pairs.some(([amount, size]) => amount > size)) return undefined;
  const cut = pairs.map(([amount, size]) => (size > 0 ? Math.ceil(amount / size) : 0));
  return Math.max(0, ...cut) + Number(restarts === 'yes');
}

/** Whether all VMs find a place, or none that does not has to do with the write. */
function isCovered(
  fleet: FailoverFleet,
  lost: readonly number[],
  taken: readonly RoomTaken[] | undefined,
): boolean {
  const short = findShort(fleet, lost);
  if (short.length === 0) return true;
  if (taken === undefined) return false;
  const [room, others] = [
    short.filter(({ why }) => why === 'room'),
    short.filter(({ why }) => why === 'others'),
  ];
  const isShort = short.some(({ vm }) =>
    taken.some(({ vmId }) => vmId !== undefined && fleet.vms[vm]?.id === vmId),
  );
  if (isShort) return false;
  if (room.length > 0 && taken.some((write) => takesRoomOf(fleet, { lost, short: room, write }))) {
    return false;
  }
  return others.length === 0 || !areKeptAwayBy(fleet, { lost, short: others, taken });
}

function findShort(
  fleet: FailoverFleet,
  lost: readonly number[],
  without: ReadonlySet<string> = new Set(),
): readonly PlacedLoss[] {
  const placed = placeLostVms(fleet, new Set(lost), { alternatives: 'omit', without });
  return placed.filter(({ why }) => isUncovered(why));
}

/** Whether a write takes room that these VMs could use, or adds to those that need it. */
function takesRoomOf(
  { nodes, masks }: FailoverFleet,
  loss: {
    readonly lost: readonly number[];
    readonly short: readonly PlacedLoss[];
    readonly write: RoomTaken;
  },
): boolean {
  const { lost, short, write } = loss;
  const target = nodes.findIndex(({ name }) => name === write.node);
  if (lost.includes(target)) return write.vmId !== undefined;
  return short.some(({ vm }) => masks[vm]?.[target] === 1);
}

/** Whether one of these VMs would have a place if the VMs of the writes were not there. */
function areKeptAwayBy(
  fleet: FailoverFleet,
  loss: {
    readonly lost: readonly number[];
    readonly short: readonly PlacedLoss[];
    readonly taken: readonly RoomTaken[];
  },
): boolean {
  const without = new Set(loss.taken.map(({ id }) => id));
  const still = new Set(findShort(fleet, loss.lost, without).map(({ vm }) => vm));
  return loss.short.some(({ vm }) => !still.has(vm));
}

/** Every set of that size, besides those that are lost; the ones with most VMs first. */
function* setsOf(fleet: FailoverFleet, more: number): Generator<readonly number[]> {
  const { lost, residents, nodes } = fleet;
  const hits = nodes
    .map((_, node) => node)
    .filter((node) => !lost.includes(node))
    .sort((left, right) => countOf(residents[right]) - countOf(residents[left]) || left - right);
  yield* combine(hits, { from: 0, left: Math.min(more, hits.length), chosen: lost });
}

function* combine(
  hits: readonly number[],
  { from, left, chosen }: { from: number; left: number; chosen: readonly number[] },
): Generator<readonly number[]> {
  if (left === 0) {
    yield chosen;
    return;
  }
  for (let at = from; at <= hits.length - left; at += 1) {
    const next = [...chosen, hits[at] ?? -1];
    yield* combine(hits, { from: at + 1, left: left - 1, chosen: next });
  }
}

function countOf(here: readonly number[] | undefined): number {
  return here?.length ?? 0;
}
