/** The step that waits until the guest of a VM is ready, and whether its node can see that. */
import type { GuestConditions } from '@novacron/contract/agent/guest-check';
import type { VmId } from '@novacron/contract/ids';
import type { VmSpec } from '@novacron/contract/kinds/vm/vm';
import { type VmWaitFor, waitForTimeoutMs } from '@novacron/contract/kinds/vm/vm-wait-for';
import type { OperationStepDefinition } from '../../../kernel/definitions/operation-definition.ts';

/** The pause between two questions: the agent holds each of them back by itself. Unit: ms. */
const PAUSE_MS = 500;

/**
 * The step, after the one that starts the machine; none where nothing is waited for. When it fails,
 * the VM stays as the other steps have made it.
 */
export function awaitGuestSteps({
  vmId,
  node,
  spec,
  after,
}: {
  readonly vmId: VmId;
  /** Name of the node. */
  readonly node: string;
  readonly spec: VmSpec;
  /** Name of the step that starts the machine. */
  readonly after: string;
}): OperationStepDefinition[] {
  const { wait_for: wanted } = spec;
  if (wanted === null) return [];
  const conditions = conditionsOf(wanted);
  if (Object.keys(conditions).length === 0) return [];
  return [
    {
      name: 'wait-for-guest',
      after: [after],
      action: { kind: 'await-guest', node, vmId, conditions },
      undo: null,
      whenFailed: 'keep',
      patience: { kind: 'time', durationMs: waitForTimeoutMs(wanted), pauseMs: PAUSE_MS },
    },
  ];
}

function conditionsOf({ agent, ip, port, cloud_init }: VmWaitFor): GuestConditions {
  return {
    ...(agent === true ? { agent: 'yes' } : {}),
    ...(ip === true ? { ip: 'yes' } : {}),
    ...(port === null ? {} : { port }),
    ...(cloud_init === true ? { cloud_init: 'yes' } : {}),
  };
}
