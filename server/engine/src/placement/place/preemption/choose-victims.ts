/** Chooses the cheapest spot VMs of one node to stop, so that another VM fits. */
import type { NodeId } from '@novacron/contract/ids';
import type { Amounts, PlacementNode } from '../model/placement.ts';

/** A VM that may be stopped in favour of another one. */
export interface SpotVm {
  readonly id: string;
  readonly nodeId: NodeId;
  /** 0 to 100: the lowest is stopped first. */
  readonly priority: number;
  /** Resources that stopping it frees; its disk stays allocated. */
  readonly frees: Amounts;
}

/**
 * Chooses the victims: the lowest priority first, as few as possible, and of those the smallest.
 * @param spotVms - those on the node, in any order
 * @returns a set of which no VM could stay; undefined where they are not enough, or no VM has to be
 *   stopped
 */
export function chooseVictims(
  node: Pick<PlacementNode, 'capacity' | 'used'>,
  vm: Amounts,
  spotVms: readonly SpotVm[],
): readonly SpotVm[] | undefined {
  const lacking = lackOf(node, vm);
  if (covers(lacking, [])) return undefined;
  const chosen = cheapestEnough(lacking, spotVms);
  return chosen && swapForSmaller(lacking, spare(lacking, chosen), spotVms);
}

/** Returns the amounts missing on the node; zero or negative if there is enough. */
function lackOf({ capacity, used }: Pick<PlacementNode, 'capacity' | 'used'>, vm: Amounts) {
  return {
    cpuCores: vm.cpuCores + used.cpuCores - capacity.cpuCores,
    memoryMib: vm.memoryMib + used.memoryMib - capacity.memoryMib,
    diskGb: vm.diskGb + used.diskGb - capacity.diskGb,
  };
}

function covers(lacking: Amounts, victims: readonly SpotVm[]): boolean {
  const freed = (name: keyof Amounts) => victims.reduce((sum, { frees }) => sum + frees[name], 0);
  return (['cpuCores', 'memoryMib', 'diskGb'] as const).every(
    (name) => freed(name) >= lacking[name],
  );
}

/** All up to the lowest priority at which they are enough. */
function cheapestEnough(
  lacking: Amounts,
  spotVms: readonly SpotVm[],
): readonly SpotVm[] | undefined {
  const priorities = [...new Set(spotVms.map(({ priority }) => priority))];
  priorities.sort((left, right) => left - right);
  for (const most of priorities) {
    const upTo = spotVms.filter(({ priority }) => priority <= most);
    if (covers(lacking, upTo)) return upTo;
  }
  return undefined;
}

/**
 * Spares the VMs that need not be stopped: the highest priority first, of equals the smaller one.
 */
function spare(lacking: Amounts, chosen: readonly SpotVm[]): readonly SpotVm[] {
  const byPriority = [...chosen].sort(
    (left, right) => right.priority - left.priority || compareSizes(left, right),
  );
  return byPriority.reduce<readonly SpotVm[]>((kept, each) => {
    const others = kept.filter((other) => other !== each);
    return covers(lacking, others) ? others : kept;
  }, byPriority);
}

/**
 * Swaps a larger victim for a smaller one of no higher priority where that frees enough as well.
 */
function swapForSmaller(
  lacking: Amounts,
  chosen: readonly SpotVm[],
  spotVms: readonly SpotVm[],
): readonly SpotVm[] {
  const smallestFirst = [...spotVms].sort(compareSizes);
  return chosen.reduce<readonly SpotVm[]>((kept, each) => {
    const others = kept.filter((other) => other !== each);
    const smaller = smallestFirst.find(
      (other) =>
        !kept.includes(other) &&
        other.priority <= each.priority &&
        isSmaller(other, each) &&
        covers(lacking, [...others, other]),
    );
    return smaller === undefined ? kept : [...others, smaller];
  }, chosen);
}

function isSmaller({ frees: less }: SpotVm, { frees: more }: SpotVm): boolean {
  const [cores, memory] = [more.cpuCores - less.cpuCores, more.memoryMib - less.memoryMib];
  return cores >= 0 && memory >= 0 && cores + memory > 0;
}

function compareSizes(left: SpotVm, right: SpotVm): number {
  return (
    left.frees.cpuCores - right.frees.cpuCores ||
    left.frees.memoryMib - right.frees.memoryMib ||
    (left.id < right.id ? -1 : 1)
  );
}
