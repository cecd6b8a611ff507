/** The next size of a VM whose guest has run out of something. */
import type { GivenUpVm, Shortage, VmSize } from '../model/escalation.ts';

/**
 * Growth of one step: few steps, because each may restart the guest, and a bound on what is taken
 * that nothing needs.
 */
const FACTOR = 2;

/** Chooses it. @returns undefined where all that is short is as large as it may be */
export function chooseSize(
  { size, ceiling }: Pick<GivenUpVm, 'size' | 'ceiling'>,
  shortages: readonly Shortage[],
): VmSize | undefined {
  const isShort = (resource: Shortage['resource']) =>
    shortages.some((each) => each.resource === resource);
  const to = {
    memoryGb: isShort('memory') ? grow(size.memoryGb, ceiling?.memoryGb) : size.memoryGb,
    cpuCores: isShort('cpu') ? grow(size.cpuCores, ceiling?.cpuCores) : size.cpuCores,
  };
  const isLarger = to.memoryGb > size.memoryGb || to.cpuCores > size.cpuCores;
  return isLarger ? to : undefined;
}

/** A ceiling below the size shrinks nothing. */
function grow(from: number, ceiling: number | null | undefined): number {
  return Math.max(from, Math.min(FACTOR * from, ceiling ?? from));
}
