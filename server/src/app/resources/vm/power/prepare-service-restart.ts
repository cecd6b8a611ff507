/** Plans a run of the restart command of a VM in its guest: the VM itself runs on. */

import { VmSpec } from '@novacron/contract/kinds/vm/vm';
import { RESTART_COMMAND_MS } from '@novacron/contract/kinds/vm/vm-healing';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { problem } from '@novacron/contract/problem/problem';
import { err, ok } from '@novacron/contract/result';
import type { VmRow } from '../../../../ports/tables/tables.ts';
import { findToChange } from '../../../kernel/resource-rows/find-resource.ts';
import { changeIdle, releaseVm } from '../../../kernel/resource-rows/new-row.ts';
import { reacquireLock } from '../../../kernel/resource-rows/reacquire-lock.ts';
import { desiredAs, desiredOf, observedOf } from '../../../rows/answer-resource.ts';
import { withResetsAgain } from '../../../rows/observed/observed-health.ts';
import type { Prepare } from '../../scope.ts';
import { requireRunning } from './prepare-vm-halt.ts';

/** Plans it. The command runs once: it may not bear a second time. */
export const prepareServiceRestart: Prepare<ParsedInputOf<'vm.restart_service'>> = async (
  input,
  scope,
) => {
  const current = await findToChange('vm', input, scope);
  if (!current.ok) return err([current.error]);
  const row = current.value;
  const refused = requireRunning(row, 'have its service restarted');
  if (refused !== undefined) return err([refused]);
  const command = desiredAs(row, VmSpec).healing?.restart_command ?? null;
  if (command === null) return err([withoutCommand(row)]);
  const observed = observedOf(row);
  const desired = desiredOf(row);
  const isOwn = scope.context.client === 'platform';
  const { revision, generation } = row;
  return ok({
    resourceKind: 'vm',
    target: { id: row.id, name: row.name },
    before: desired,
    wanted: desired,
    placement: null,
    limitMs: RESTART_COMMAND_MS,
    saga: {
      reserve: [changeIdle('vm', row, { busy_operation_id: scope.operationId })],
      steps: [
        {
          name: 'restart-service',
          after: [],
          action: {
            kind: 'run-in-guest',
            node: String(observed.node),
            vmId: row.id,
            command: [...command],
          },
          undo: null,
        },
      ],
      finalize: [releaseVm(row.id, isOwn ? observed : withResetsAgain(observed))],
      rollback: [releaseVm(row.id, observed)],
      release: [releaseVm(row.id, observed)],
      reacquire: [
        reacquireLock(
          'vm',
          row,
          { busy_operation_id: scope.operationId, observed_json: row.observed_json },
          { revision, generation },
        ),
      ],
    },
  });
};

function withoutCommand({ name, id }: VmRow) {
  return problem('conflict', {
    detail: `The VM ${name} has no command that restarts its service (healing.restart_command).`,
    remedy: `Set one, or restart the VM: novacron vm reboot ${id}`,
  });
}
