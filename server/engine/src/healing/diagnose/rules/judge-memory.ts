/** Whether nodes or guests have hardly any memory left. */
import type { DiagnosisInput, Finding } from '../model/diagnosis.ts';
import { countOf } from './time-before.ts';

/** From then on the kernel of a host begins to end processes. */
const HOST_USED_RATIO = 0.95;

const GUEST_AVAILABLE_RATIO = 0.05;
const PERCENT = 100;

/** Judges it, by what was measured last. VMs of other tenants are not named. */
export function judgeMemory({ nodes, vms }: DiagnosisInput): readonly Finding[] {
  return [
    ...nodes.flatMap(({ name, memoryUsedRatio, vmCount, othersHidden }): readonly Finding[] => {
      if (memoryUsedRatio === null || memoryUsedRatio < HOST_USED_RATIO) return [];
      const others = vmCount - vms.filter(({ node }) => node === name).length;
      const isShown = others > 0 && othersHidden !== true;
      const beside = isShown ? `; ${countOf(others, 'other VM')} on it` : '';
      const used = `${Math.round(memoryUsedRatio * PERCENT)} %`;
      const text = `${used} of the memory of ${name} is in use${beside}.`;
      return [{ cause: 'host_memory', weight: 'very_strong', text, atMs: null }];
    }),
    ...vms.flatMap(({ name, memoryAvailableRatio: ratio }): readonly Finding[] => {
      if (ratio === null || ratio > GUEST_AVAILABLE_RATIO) return [];
      const left = `${Math.round(ratio * PERCENT)} %`;
      const text = `The guest of ${name} could still use ${left} of its memory.`;
      return [{ cause: 'guest_memory', weight: 'strong', text, atMs: null }];
    }),
  ];
}
