/** Whether disks are in use that nothing should use any more: the guests of a node are alive. */
import type { DiagnosisInput, Finding } from '../model/diagnosis.ts';

/** Judges it. The locks of a host end with its power, so one that is left shows that it runs. */
export function judgeDiskLocks({ locks = [] }: DiagnosisInput): readonly Finding[] {
  return locks.flatMap(({ vm, node, atMs }): readonly Finding[] => {
    const text = `A disk of ${vm} is still in use, so its guest may run on ${node}.`;
    return [
      { cause: 'host_unreachable', weight: 'decisive', text, atMs },
      { cause: 'host_failed', weight: 'against', text, atMs },
    ];
  });
}
