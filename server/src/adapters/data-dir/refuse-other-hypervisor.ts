/** Recognizes a data directory whose machines another hypervisor has. */
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { agentsDirIn, listJournals, qemuDirIn } from './data-dir-files.ts';

/** Hypervisor that runs the VMs of a data directory. */
type HypervisorKind = 'simulator' | 'qemu';

/**
 * Refuses to run another hypervisor than before: it would have none of the machines, and each VM
 * would look lost.
 * @returns `validation-failed`; undefined where the directory has no machines of the other one
 */
export function refuseOtherHypervisor(dataDir: string, kind: HypervisorKind): Problem | undefined {
  const other = kind === 'qemu' ? 'simulator' : 'qemu';
  const otherDir = kind === 'qemu' ? agentsDirIn(dataDir) : qemuDirIn(dataDir);
  if (listJournals(otherDir).length === 0) return undefined;
  return problem('validation-failed', {
    detail: `The VMs of the data directory ${dataDir} run on the hypervisor ${other}.`,
    remedy: `Start the server with --hypervisor ${other}, or name another --data-dir.`,
  });
}
