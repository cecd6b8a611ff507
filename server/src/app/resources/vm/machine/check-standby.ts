/** Checks whether a VM can have a standby at all; where it would be is a matter of placement. */
import type { VmSpec } from '@novacron/contract/kinds/vm/vm';
import { asksForStandby } from '@novacron/contract/kinds/vm/vm-healing';
import { type Problem, problem } from '@novacron/contract/problem/problem';

/** Checks it. A VM that waits for its node, or is bound to it, is started on no other one. */
export function checkStandby({
  healing,
  placement,
  requirements,
}: Pick<VmSpec, 'healing' | 'placement' | 'requirements'>): Problem[] {
  if (!asksForStandby(healing)) return [];
  if (healing?.on_node_loss !== 'restart') {
    return [
      refused(
        'is only for on_node_loss = "restart"',
        'Set healing.on_node_loss to "restart", or leave healing.standby out.',
      ),
    ];
  }
  if ((placement?.node ?? null) !== null) {
    return [
      refused(
        'is of no use to a VM that is pinned to its node (placement.node)',
        'Remove the pin, or leave healing.standby out.',
      ),
    ];
  }
  if ((requirements?.devices ?? []).length === 0) return [];
  return [
    refused(
      'is of no use to a VM with devices, which stays on its node',
      'Remove requirements.devices, or leave healing.standby out.',
    ),
  ];
}

function refused(why: string, remedy: string): Problem {
  return problem('validation-failed', {
    detail: `A standby (healing.standby) ${why}.`,
    remedy,
    fields: [{ path: ['healing', 'standby'], message: why }],
  });
}
