/** Whether the hypervisor processes of VMs answer nothing, while their nodes do. */
import type { DiagnosisInput, Finding } from '../model/diagnosis.ts';

/** Judges it. What a process does that answers nothing, its guest cannot be blamed for. */
export function judgeHungProcesses({ vms }: DiagnosisInput): readonly Finding[] {
  return vms.flatMap(({ name, node, hung }): readonly Finding[] => {
    if (hung === undefined) return [];
    const text = `Of ${name} on ${node}, which answers: ${hung}.`;
    return [
      { cause: 'hypervisor_process', weight: 'decisive', text, atMs: null },
      { cause: 'host_memory', weight: 'substantial', text, atMs: null },
    ];
  });
}
