/** Commands that are sent only while a fenced node stays silent: looked at when they are sent. */
import type { CommandOutcome } from '@novacron/contract/agent/agent';
import { err, ok, type Result } from '@novacron/contract/result';
import type { KernelDeps } from '../context/deps.ts';
import type { AgentStepAction } from '../definitions/operation-definition.ts';

/**
 * Looks whether the node that a command depends on was heard since the operation was admitted: each
 * fence ends with that.
 * @returns the failure of the attempt where it was: its VMs go on there
 */
export async function checkSilence(
  store: KernelDeps['store'],
  { whileSilent }: Pick<AgentStepAction, 'whileSilent'>,
): Promise<Result<void, CommandOutcome>> {
  if (whileSilent === undefined) return ok(undefined);
  const [node] = await store.read({ from: 'nodes', where: { id: whileSilent.nodeId } });
  // One that was deleted is dead, and its agent joins as another node.
  if (node === undefined || node.last_seen_at_ms === whileSilent.seenMs) return ok(undefined);
  const message = `node ${node.name} is back, so its VM goes on there`;
  return err({ kind: 'failed', message, next: 'final' });
}
