import type { Field } from './field.ts';

/** Hypervisors differ in what they plug in while a VM runs, not in what a change deletes. */
const ANY_HYPERVISOR = { hotplugCpu: 'no', hotplugMemory: 'no', hotplugDisk: 'no' } as const;

/**
 * Whether a field that changed outside of the configuration cannot return to its former value
 * without a loss of data, such as the size of a disk that has grown. Source of the rule: cloud
 * providers refuse to shrink disks.
 */
export function cannotReturn(field: Field | undefined, was: unknown, is: unknown): boolean {
  if (field === undefined || (was ?? null) === null) return false;
  return (
    field.effectOf(is, was, ANY_HYPERVISOR) === 'data-loss' &&
    field.effectOf(was, is, ANY_HYPERVISOR) !== 'data-loss'
  );
}
