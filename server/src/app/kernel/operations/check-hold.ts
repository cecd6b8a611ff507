/** Commands of healing that cannot be taken back: holds are looked at when they are sent. */
import type { CommandOutcome } from '@novacron/contract/agent/agent';
import { err, ok, type Result } from '@novacron/contract/result';
import type { KernelDeps } from '../context/deps.ts';
import type { AgentStepAction } from '../definitions/operation-definition.ts';
import { readHolds } from '../holds/find-hold.ts';

/**
 * Looks whether people have stopped healing since the operation was admitted.
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
