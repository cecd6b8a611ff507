/** Whether VMs stop on one node only, or on several. */
import type { DiagnosisInput, Finding } from '../model/diagnosis.ts';

/** Fewer stops may be on one node by chance. */
const STOPS_MIN = 3;

/** Judges it, for crash loops. */
export function judgeCommonNode({ incident, vms }: DiagnosisInput): readonly Finding[] {
  if (incident.cause !== 'crash_loop') return [];
  const stops = vms.flatMap((vm) => vm.stops);
  const nodes = new Set(stops.map(({ node }) => node));
  const [node] = nodes;
  if (stops.length < STOPS_MIN || node === undefined) return [];
  if (nodes.size > 1) {
    const text = `They stopped on ${nodes.size} nodes, so no single node is the cause.`;
    return (['hypervisor_process', 'host_memory', 'host_failed'] as const).map((cause) => {
      return { cause, weight: 'against', text, atMs: null };
    });
  }
  if (vms.length < 2) return [];
  const text = `All ${stops.length} stops of ${vms.length} VMs were on ${node}.`;
  return [{ cause: 'hypervisor_process', weight: 'substantial', text, atMs: null }];
}
