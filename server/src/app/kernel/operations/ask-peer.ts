/**
 * Passes data between the two nodes of a migration: the server requests it from one node when it
 * sends the command to the other, so that it stores none of it. A one-time key passes through here
 * and is not logged.
 */
import type { Bus } from '@novacron/bus/bus';
import type { CommandOutcome } from '@novacron/contract/agent/agent';
import { inspectSubject } from '@novacron/contract/agent/agent-subjects';
import { MigrationAnswer, type MigrationQuery } from '@novacron/contract/agent/migration';
import { err, ok, type Result } from '@novacron/contract/result';
import type { AgentStepAction } from '../definitions/operation-definition.ts';
import { describeSilence } from './describe-silence.ts';

/** Timeout of the question: the hypervisor of the other node is asked. */
const ANSWER_MS_MAX = 5_000;

/**
 * Completes the action of a step that names a peer; any other stays as it is.
 * @returns the failure of the attempt where the peer does not answer, or offers nothing
 */
export async function askPeer(
  bus: Pick<Bus, 'request'>,
  step: AgentStepAction,
): Promise<Result<AgentStepAction, CommandOutcome>> {
  const { peer, vmId, action } = step;
  if (peer === undefined) return ok(step);
  if (action.kind === 'prepare-incoming') {
    const answer = await ask(bus, peer, { migration: 'offer', vm_id: vmId });
    if (!answer.ok) return answer;
    if (answer.value.kind === 'offer') {
      return ok({ ...step, action: { ...action, offer: answer.value.offer } });
    }
    const why = answer.value.kind === 'none' ? answer.value.message : 'it offers nothing';
    return failed(`node ${peer} does not offer the VM: ${why}`, 'final');
  }
  if (action.kind === 'migrate') {
    const answer = await ask(bus, peer, { migration: 'target', vm_id: vmId });
    if (!answer.ok) return answer;
    // Without a target the source says whether it has sent the VM already.
    if (answer.value.kind !== 'target') return ok(step);
    return ok({ ...step, action: { ...action, target: answer.value.target } });
  }
  return ok(step);
}

async function ask(
  bus: Pick<Bus, 'request'>,
  node: string,
  query: { readonly [Key in 'migration' | 'vm_id']: MigrationQuery[Key] | string },
): Promise<Result<MigrationAnswer, CommandOutcome>> {
  const reply = await bus.request(inspectSubject(node), query, { timeoutMs: ANSWER_MS_MAX });
  if (!reply.ok) {
    return failed(`node ${node} is unreachable: ${describeSilence(node, reply.error)}`, 'retry');
  }
  const answer = MigrationAnswer.safeParse(reply.value);
  if (answer.success) return ok(answer.data);
  return failed(`the agent of ${node} sent an invalid response`, 'final');
}

function failed(message: string, next: 'retry' | 'final') {
  return err<CommandOutcome>({ kind: 'failed', message, next });
}
