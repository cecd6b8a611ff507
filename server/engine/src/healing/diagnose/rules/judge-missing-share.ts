/** Whether all machines of a node are missing, or only some. */
import type { DiagnosisInput, Finding } from '../model/diagnosis.ts';
import { countOf } from './time-before.ts';

/** Judges it, for incidents of missing machines. */
export function judgeMissingShare({ incident, nodes, vms }: DiagnosisInput): readonly Finding[] {
  if (incident.cause !== 'machine_missing') return [];
  return nodes.flatMap(({ name, vmCount, state, othersHidden }): readonly Finding[] => {
    const missing = vms.filter(({ node }) => node === name).length;
    if (missing === 0 || state !== 'answers') return [];
    const others = vmCount - missing;
    if (others > 0) {
      const left = othersHidden === true ? 'others' : others;
      const text = `${countOf(missing, 'machine')} of ${name} missing; ${left} of it are there.`;
      return [{ cause: 'removed_outside', weight: 'strong', text, atMs: null }];
    }
    if (missing === 1) return [];
    const text = `All ${missing} machines of ${name} are missing, and its agent answers.`;
    return [{ cause: 'node_storage_lost', weight: 'very_strong', text, atMs: null }];
  });
}
