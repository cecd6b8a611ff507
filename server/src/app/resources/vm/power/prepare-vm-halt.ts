/** Plans pausing, resuming and resetting a VM that runs, on the node where it is. */
import type { VmId } from '@novacron/contract/ids';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok } from '@novacron/contract/result';
import type { NodeRow } from '../../../../ports/tables/node-row.ts';
import type { VmRow } from '../../../../ports/tables/tables.ts';
import {
  attachmentVersionId,
  checkVolumeWork,
  requireNoNewVolumeWork,
  VOLUME_WORK,
} from '../../../kernel/operations/volume-lock.ts';
import { findToChange } from '../../../kernel/resource-rows/find-resource.ts';
import { changeIdle, releaseVm } from '../../../kernel/resource-rows/new-row.ts';
import { reacquireCommandedVm } from '../../../kernel/resource-rows/reacquire-lock.ts';
import type { PreparedWrite } from '../../../kernel/write/prepared-write.ts';
import { desiredOf, observedOf } from '../../../rows/answer-resource.ts';
import { withBoot } from '../../../rows/observed/observed-health.ts';
import { isPaused, withoutPause } from '../../../rows/observed-machine.ts';
import { allocationAtHome } from '../../../rows/vm-amounts.ts';
import type { Prepare, WriteScope } from '../../scope.ts';
import { capabilitiesOf } from '../machine/configure-steps.ts';
import { notPlaced, whereaboutsUnknown } from '../migrate/refuse-migration.ts';

/** Plans a pause; a paused VM stays as it is. */
export const prepareVmPause: Prepare<ParsedInputOf<'vm.pause'>> = (input, scope) =>
  prepareHalt(input, scope, { step: 'pause', undo: 'resume', needs: 'pause', words: 'be paused' });

/** Plans the end of a pause; a VM that runs stays as it is. */
export const prepareVmResume: Prepare<ParsedInputOf<'vm.resume'>> = (input, scope) =>
  prepareHalt(input, scope, { step: 'resume', undo: 'pause', needs: 'pause', words: 'be resumed' });

/** Plans a reset; a paused VM stays paused. */
export const prepareVmReset: Prepare<ParsedInputOf<'vm.reset'>> = (input, scope) =>
  prepareHalt(input, scope, { step: 'reset', undo: null, needs: 'reset', words: 'be reset' });

interface Halt {
  readonly step: 'pause' | 'resume' | 'reset';
  /** Restores what the step has changed; null where it changes no state. */
  readonly undo: 'pause' | 'resume' | null;
  /** Capability of the agent that receives the command, which not every driver has. */
  readonly needs: 'pause' | 'reset';
  readonly words: string;
}

const prepareHalt = async (
  input: { readonly id: VmId },
  scope: WriteScope,
  halt: Halt,
): ReturnType<Prepare<{ readonly id: VmId }>> => {
  const current = await findToChange('vm', input, scope);
  if (!current.ok) return err([current.error]);
  const row = current.value;
  const refused = requireRunning(row, halt.words);
  if (refused !== undefined) return err([refused]);
  const found = await scope.deps.store.snapshot({
    allocations: { from: 'allocations', where: { vm_id: row.id } },
    nodes: { from: 'nodes' },
    volumeWork: VOLUME_WORK,
    rules: { from: 'rule_versions', where: { id: attachmentVersionId(row.id) } },
  });
  const work = checkVolumeWork(row, found.volumeWork);
  if (work !== undefined) return err([work]);
  const home = allocationAtHome(row, found);
  const node = found.nodes.find(({ id }) => id === home?.node_id);
  if (node === undefined) return err([notPlaced(row)]);
  if (found.allocations.length > 1) return err([whereaboutsUnknown(row)]);
  if (capabilitiesOf(node)[halt.needs] !== 'yes') return err([notOffered(row, node, halt)]);
  const noNewWork = requireNoNewVolumeWork(row, found.rules);
  return ok(planHalt({ row, node, halt, noNewWork }, scope));
};

function planHalt(
  parts: {
    readonly row: VmRow;
    readonly node: NodeRow;
    readonly halt: Halt;
    readonly noNewWork: ReturnType<typeof requireNoNewVolumeWork>;
  },
  scope: WriteScope,
): PreparedWrite {
  const { row, node, halt, noNewWork } = parts;
  const { step, undo } = halt;
  const observed = observedOf(row);
  const generation = row.generation + 1;
  const agent = { kind: 'agent', node: node.name, vmId: row.id, generation } as const;
  const isNews = isPaused(row) === (step === 'resume');
  const isOwn = scope.context.client === 'platform';
  const reset = isOwn ? observed : withBoot(observed);
  const after = step === 'reset' ? reset : withoutPause(observed);
  const settled = step === 'pause' ? { ...after, paused: true } : after;
  const desired = desiredOf(row);
  return {
    resourceKind: 'vm',
    target: { id: row.id, name: row.name },
    before: desired,
    wanted: desired,
    placement: null,
    saga: {
      reserve: [
        changeIdle('vm', row, { generation, busy_operation_id: scope.operationId }),
        noNewWork,
      ],
      steps: [
        {
          name: step,
          after: [],
          action: { ...agent, action: { kind: step } },
          undo: undo !== null && isNews ? { ...agent, action: { kind: undo } } : null,
        },
      ],
      finalize: [releaseVm(row.id, settled)],
      rollback: [releaseVm(row.id, observed)],
      release: [releaseVm(row.id, { ...observed, status: 'unknown' })],
      reacquire: [reacquireCommandedVm(row, scope)],
    },
  };
}

/**
 * Refuses what only a running VM can do.
 * @param words - the verb in the passive voice, such as `be paused`
 */
export function requireRunning(row: VmRow, words: string): Problem | undefined {
  const { status } = observedOf(row);
  if (status === 'running') return undefined;
  return problem('conflict', {
    detail: `The VM ${row.name} is ${String(status)}, and only a running VM can ${words}.`,
    remedy: `Start it first: novacron vm start ${row.id}`,
  });
}

function notOffered(row: VmRow, { name, driver }: NodeRow, { words }: Halt): Problem {
  return problem('conflict', {
    detail:
      `The VM ${row.name} cannot ${words}: the agent of node ${name} (driver ${driver}) ` +
      'does not support it.',
    remedy: `Upgrade the agent of ${name}, or stop and start the VM instead.`,
    data: { node: name },
  });
}
