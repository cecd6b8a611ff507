/** Looks, when a command is sent, whether its operation may still send it. */
import type { CommandOutcome } from '@novacron/contract/agent/agent';
import { err, ok, type Result } from '@novacron/contract/result';
import type { KernelDeps } from '../context/deps.ts';
import type { AgentStepAction } from '../definitions/operation-definition.ts';
import { readHolds } from '../holds/find-hold.ts';

/**
 * For commands of healing that cannot be taken back: looks whether people have stopped it since the
 * operation was admitted.
 * @returns the failure of the attempt where they have: the operation is taken back
 */
export async function checkHold(
  { store, clock }: Pick<KernelDeps, 'store' | 'clock'>,
  { unlessHeld }: Pick<AgentStepAction, 'unlessHeld'>,
): Promise<Result<void, CommandOutcome>> {
  if (unlessHeld === undefined) return ok(undefined);
  const holds = await readHolds(store, { of: 'healing', nowMs: clock.nowMs() });
  if (!holds.ofTenant(unlessHeld.tenantId)) return ok(undefined);
  const message = 'healing is held: novacron healing status';
  return err({ kind: 'failed', message, next: 'final' });
}

/**
 * For commands that only take away: whether their node, which does not answer, was confirmed dead
 * meanwhile. What it has is removed when it is back.
 */
export async function isPointless(
  store: KernelDeps['store'],
  { node, whenDead }: AgentStepAction,
): Promise<boolean> {
  if (whenDead === undefined) return false;
  const [row] = await store.read({ from: 'nodes', where: { name: node } });
  return row === undefined || (row.status === 'lost' && row.fenced_json !== null);
}

/**
 * For commands while a fenced node is silent: looks whether the node that it depends on was heard
 * since the operation was admitted: each fence ends with that.
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
  const message = `node ${node.name} is back, so its VM continues there`;
  return err({ kind: 'failed', message, next: 'final' });
}
