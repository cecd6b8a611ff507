/** Has the agent of a node run a program in the guest of a VM, once. */
import { RESTART_COMMAND_MS } from '@novacron/contract/kinds/vm/vm-healing';
import type { KernelDeps } from '../../../kernel/context/deps.ts';
import type {
  RunInGuestStepAction,
  StepOutcome,
} from '../../../kernel/definitions/operation-definition.ts';
import { askGuest, REPLY_MS_MAX } from './ask-guest.ts';

/** The program has until shortly before the operation is undone. Unit: ms. */
const PROGRAM_MS_MAX = RESTART_COMMAND_MS - 2 * REPLY_MS_MAX;

/**
 * Runs it as a health check by command is run. It is not tried again: whether it has run is not
 * known where no answer comes, and it may not bear a second time.
 * @param what - names the program in messages
 */
export async function runInGuest(
  deps: Pick<KernelDeps, 'bus' | 'controlPlane'>,
  { node, vmId, command }: RunInGuestStepAction,
  what = 'the restart command of its guest',
): Promise<StepOutcome> {
  const probe = { kind: 'command' as const, command: [...command] };
  const answer = await askGuest(deps, { node, vmId, probe, timeoutMs: PROGRAM_MS_MAX });
  if (answer === 'not-leading') return failed('this server does not lead the fleet');
  switch (answer?.kind) {
    case 'passed':
      return { kind: 'succeeded' };
    case 'failed':
      return failed(`${what} failed: ${answer.seen}`);
    case 'unknown':
      return failed(`${what} could not be run: ${answer.reason}`);
    case undefined:
      return failed(`the agent of ${node} did not answer`);
  }
}

function failed(message: string): StepOutcome {
  return { kind: 'failed', message, next: 'final' };
}
