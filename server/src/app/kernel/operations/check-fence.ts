/** Commands that are sent only while another node is known to be off: looked at when they are sent. */
import type { CommandOutcome } from '@novacron/contract/agent/agent';
import { err, ok, type Result } from '@novacron/contract/result';
import type { KernelDeps } from '../context/deps.ts';
import type { AgentStepAction } from '../definitions/operation-definition.ts';

/**
 * Looks whether the node that a command depends on is still known to be off.
 * @returns the failure of the attempt where it is not: its VMs go on there
 */
export async function checkFence(
  store: KernelDeps['store'],
  { whileOff }: Pick<AgentStepAction, 'whileOff'>,
): Promise<Result<void, CommandOutcome>> {
  if (whileOff === undefined) return ok(undefined);
  const [node] = await store.read({ from: 'nodes', where: { id: whileOff } });
  // One that was deleted was known to be off, and its agent joins as another node.
  if (node === undefined || node.fenced_json !== null) return ok(undefined);
  const message = `node ${node.name} is back, so its VM goes on there`;
  return err({ kind: 'failed', message, next: 'final' });
}
