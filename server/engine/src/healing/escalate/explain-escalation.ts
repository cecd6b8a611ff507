/** Explains growths of VMs in lines for people. */
import type { Growth, GrowthGap } from './model/escalation.ts';

/** Explains one, with what shows that it is needed. */
export function explainGrowth({ vm, to, shortages }: Growth): string {
  const { size } = vm;
  const sizes = [
    ...(to.memoryGb > size.memoryGb
      ? [`from ${size.memoryGb} to ${to.memoryGb} GB of memory`]
      : []),
    ...(to.cpuCores > size.cpuCores ? [`from ${size.cpuCores} to ${to.cpuCores} CPU cores`] : []),
  ];
  const why = shortages.map(({ text }) => text).join('; ');
  return `${vm.name} grows ${sizes.join(' and ')}, because ${why}`;
}

/** Clause that explains why a VM does not grow. */
const GAP_WORDS: Readonly<Record<GrowthGap, string>> = {
  not_allowed: 'it does not allow healing to give it more memory or CPU (healing.grow_to)',
  no_shortage: 'nothing shows that its guest has run out of memory or CPU',
  at_ceiling: 'it has all the memory and CPU that healing.grow_to allows',
  attempts: 'it has grown three times, and that has not helped',
};

/** Explains why a VM that was given up does not grow. @returns a sentence without its full stop */
export function explainGap(name: string, gap: GrowthGap): string {
  return `The VM ${name} gets no more memory or CPU: ${GAP_WORDS[gap]}`;
}
