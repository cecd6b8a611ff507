/** Whether nodes are known to be off. */
import type { DiagnosisInput, Finding } from '../model/diagnosis.ts';

/** Judges it. A power-off by a fence device says nothing about why the node was silent before. */
export function judgePowerState({ nodes }: DiagnosisInput): readonly Finding[] {
  return nodes.flatMap(({ name, fence, fenceReason = null }): readonly Finding[] => {
    if (fence !== 'confirmed') return [];
    const why = fenceReason === null ? '' : `: ${fenceReason}`;
    const text = `A person has said that ${name} is powered off${why}.`;
    return [
      { cause: 'host_failed', weight: 'strong', text, atMs: null },
      { cause: 'host_unreachable', weight: 'against', text, atMs: null },
    ];
  });
}
