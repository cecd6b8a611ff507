/** Explains the failure of an action on a machine whose process ended meanwhile. */
import type { VmId } from '@novacron/contract/ids';
import { passingTrouble } from '../files/trouble.ts';
import type { Machines } from '../machine/machines.ts';
import { QmpError } from '../qmp/open-qmp-client.ts';

/**
 * Finds out whether a monitor closed because the process of its machine ended.
 * @returns a passing trouble that says so; any other cause as it is
 */
export async function explainEnd(machines: Machines, vmId: VmId, cause: unknown): Promise<unknown> {
  if (!(cause instanceof QmpError) || cause.failure !== 'closed') return cause;
  if (machines.find(vmId) === undefined) return cause;
  // The socket closes a moment before the process ends.
  if ((await machines.awaitEnd(vmId)) === 'running') return cause;
  return passingTrouble(`The process of ${vmId} ended before this was done.`, cause);
}
