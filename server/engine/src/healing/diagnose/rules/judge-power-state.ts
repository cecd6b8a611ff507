/** Whether nodes are known to be off. */
import type { DiagnosisInput, Finding } from '../model/diagnosis.ts';

/**
 * Judges it. A power-off by a fence device comes after other nodes were asked, none of which had
 * seen the node alive, and shows that its management network works.
 */
export function judgePowerState({ nodes }: DiagnosisInput): readonly Finding[] {
  return nodes.flatMap(({ name, fence, fenceReason = null, poolHeartbeat }): readonly Finding[] => {
    if (fence === 'power' && poolHeartbeat?.state !== 'moves') {
      const text =
        `The fence device of ${name} answers, and says that it is off; no other node had seen ` +
        'it alive.';
      return [
        { cause: 'host_failed', weight: 'strong', text, atMs: null },
        { cause: 'shared_infrastructure', weight: 'against', text, atMs: null },
      ];
    }
    if (fence !== 'confirmed') return [];
    const why = fenceReason === null ? '' : `: ${fenceReason}`;
    const text = `A person has said that ${name} is powered off${why}.`;
    return [
      { cause: 'host_failed', weight: 'strong', text, atMs: null },
      { cause: 'host_unreachable', weight: 'against', text, atMs: null },
    ];
  });
}
