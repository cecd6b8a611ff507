/** Has the agent of a node run a program in the guest of a VM, once. */
import { healthSubject } from '@novacron/contract/agent/agent';
import { HealthAnswer } from '@novacron/contract/agent/health-query';
import { RESTART_COMMAND_MS } from '@novacron/contract/kinds/vm/vm-healing';
import type { KernelDeps } from '../../../kernel/context/deps.ts';
import type {
  RunInGuestStepAction,
  StepOutcome,
} from '../../../kernel/definitions/operation-definition.ts';

/** How long the agent has to answer, besides the program itself. Unit: ms. */
const REPLY_MS_MAX = 5_000;

/** The program has until shortly before the operation is undone. Unit: ms. */
const PROGRAM_MS_MAX = RESTART_COMMAND_MS - 2 * REPLY_MS_MAX;

/**
 * Runs it as a health check by command is run. It is not tried again: whether it has run is not
 * known where no answer comes, and it may not bear a second time.
 */
export async function runInGuest(
  { bus, controlPlane }: Pick<KernelDeps, 'bus' | 'controlPlane'>,
  { node, vmId, command }: RunInGuestStepAction,
): Promise<StepOutcome> {
  const claim = await controlPlane.claimFor(undefined);
  if (!claim.ok || claim.value === 'other') return failed('this server does not lead the fleet');
  const query = {
    vm_id: vmId,
    probe: { kind: 'command', command: [...command] },
    timeout_ms: PROGRAM_MS_MAX,
    control_plane: claim.value,
  };
  const timeoutMs = PROGRAM_MS_MAX + REPLY_MS_MAX;
  const reply = await bus.request(healthSubject(node), query, { timeoutMs });
  const answer = HealthAnswer.safeParse(reply.ok ? reply.value : undefined).data;
  switch (answer?.kind) {
    case 'passed':
      return { kind: 'succeeded' };
    case 'failed':
      return failed(`the restart command of its guest failed: ${answer.seen}`);
    case 'unknown':
      return failed(`the restart command could not be run: ${answer.reason}`);
    case undefined:
      return failed(`the agent of ${node} did not answer`);
  }
}

function failed(message: string): StepOutcome {
  return { kind: 'failed', message, next: 'final' };
}
