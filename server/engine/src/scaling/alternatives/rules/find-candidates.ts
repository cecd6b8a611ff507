/** Finds the sizes of members that serve the peak, and how many of each do. */
import type { MemberSize } from '../../decide/model/member-size.ts';
import { MARGIN_RATIO } from '../../decide/plan-vm-size.ts';
import type { AlternativesQuestion } from '../model/alternatives.ts';
import { sizesOf } from './price-members.ts';

/** Sizes beside the present one, as factors of it. */
const FACTORS = [1, 0.5, 2];

const MEMORY_STEP_GB = 1 / 16;

/** Quotients are rounded; a part of a member as small as this is none. */
const ROUNDING = 1e-9;

/** A size of members, and their number at the peak. */
export interface Candidate {
  readonly member: MemberSize;
  readonly size: number;
}

/** Finds them, the present size first; sizes of which more than `maxSize` are needed are absent. */
export function findCandidates(question: AlternativesQuestion): readonly Candidate[] {
  const { member, list, nodeSizes } = question;
  const sizes = [...FACTORS.map((factor) => times(member, factor)), ...sizesOf(list)];
  const distinct = new Map(sizes.map((size) => [`${size.cpuCores}/${size.memoryGb}`, size]));
  return [...distinct.values()].flatMap((each): Candidate[] => {
    const fits = nodeSizes.some(
      (node) => each.cpuCores <= node.cpuCores && each.memoryGb <= node.memoryGb,
    );
    if (!fits && each !== sizes[0]) return [];
    const size = countFor(question, each);
    return size === undefined ? [] : [{ member: each, size }];
  });
}

/** How much of the load of a present member a member of this size serves. */
export function capacityOf(
  { member, demand }: Pick<AlternativesQuestion, 'member' | 'demand'>,
  { cpuCores, memoryGb }: MemberSize,
): number {
  const cpu = cpuCores / member.cpuCores;
  return demand.servedBy === 'cpu' ? cpu : Math.min(cpu, memoryGb / member.memoryGb);
}

/**
 * The number of members for the peak; undefined where it is more than the group may have, or a
 * member has too little memory. A member is to have the memory that members use now, and in
 * proportion more where fewer of them serve the load: whether a smaller share of the load needs
 * less memory is not known.
 */
function countFor(question: AlternativesQuestion, member: MemberSize): number | undefined {
  const { demand, minSize, maxSize } = question;
  const served = demand.usageMax * capacityOf(question, member);
  const forLoad = Math.ceil(demand.load / served - ROUNDING);
  const present = presentSize(question);
  const needed = memoryNeeded(question) / member.memoryGb;
  if (needed > 1 + ROUNDING) return undefined;
  const forMemory = Math.ceil(present * needed - ROUNDING);
  const size = Math.max(1, minSize, forLoad, forMemory);
  return size > maxSize ? undefined : size;
}

/** The number of members of the present size at the peak. */
export function presentSize(question: AlternativesQuestion): number {
  const { size, demand, minSize, maxSize } = question;
  if (size !== 'demand') return size;
  const needed = Math.ceil(demand.load / demand.usageMax - ROUNDING);
  return Math.min(maxSize, Math.max(1, minSize, needed));
}

/** Where memory is not measured, all of the present memory counts as needed. */
function memoryNeeded({ memoryUsedGb, member }: AlternativesQuestion): number {
  if (memoryUsedGb === undefined) return member.memoryGb;
  return Math.min(member.memoryGb, memoryUsedGb * (1 + MARGIN_RATIO));
}

function times({ cpuCores, memoryGb }: MemberSize, factor: number): MemberSize {
  const steps = Math.ceil((memoryGb * factor) / MEMORY_STEP_GB - ROUNDING);
  return { cpuCores: Math.ceil(cpuCores * factor), memoryGb: steps * MEMORY_STEP_GB };
}
