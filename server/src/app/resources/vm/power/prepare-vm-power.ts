/** Plans the start and the stop of a VM on the node where it is. */

import type { MachineAction } from '@novacron/contract/agent/agent-actions';
import { equalJson, type JsonObject } from '@novacron/contract/json';
import { networkIdsOf } from '@novacron/contract/kinds/vm/network-interface';
import { VmSpec } from '@novacron/contract/kinds/vm/vm';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { ChangeSet } from '../../../../ports/store.ts';
import type { NetworkRow, Tables, VmRow, VolumeRow } from '../../../../ports/tables/tables.ts';
import { chargeOfVms, checkQuota } from '../../../access/quota/tenant-quota.ts';
import type { OperationStepDefinition } from '../../../kernel/definitions/operation-definition.ts';
import { concatSagas, type Saga } from '../../../kernel/operations/saga.ts';
import {
  attachmentVersionId,
  checkVolumeWork,
  requireNoNewVolumeWork,
  VOLUME_WORK,
} from '../../../kernel/operations/volume-lock.ts';
import { findToChange } from '../../../kernel/resource-rows/find-resource.ts';
import { changedColumns, changeIdle, releaseVm } from '../../../kernel/resource-rows/new-row.ts';
import { reacquireCommandedVm } from '../../../kernel/resource-rows/reacquire-lock.ts';
import { type CheckedWrite, extendPlan } from '../../../kernel/write/checked-write.ts';
import type { PreparedWrite } from '../../../kernel/write/prepared-write.ts';
import { desiredAs, desiredOf, observedOf } from '../../../rows/answer-resource.ts';
import {
  commandedPower,
  isMachineGone,
  isOff,
  stopReasonOf,
  withMachine,
  withoutHalt,
} from '../../../rows/observed-machine.ts';
import { machineGone, replan, toProblemList } from '../../../rows/resource-problems.ts';
import {
  allocationAtHome,
  amountsHeldBy,
  amountsOf,
  positivePart,
  smallest,
  subtract,
} from '../../../rows/vm-amounts.ts';
import { furtherInterfacesOf, toFurtherNetworks } from '../../network/further-interfaces.ts';
import { addressOf } from '../../network/plan-address.ts';
import type { Check, WriteScope } from '../../scope.ts';
import { groupsOf } from '../../security-group/vm-firewall.ts';
import { builtInTemplateOf, templateParts, templateVersionOf } from '../../template/vm-template.ts';
import { capabilitiesOf, repairSteps } from '../machine/configure-steps.ts';
import { type MachineShape, migratedMachine, toMachineSpec } from '../machine/machine-spec.ts';
import { notPlaced, whereaboutsUnknown } from '../migrate/refuse-migration.ts';
import { checkRoom } from '../update/check-vm-change.ts';
import { planResize } from '../update/plan-resize.ts';
import { defineStep } from './define-step.ts';
import { requireRunning } from './prepare-vm-halt.ts';

/**
 * Plans a start, even of a VM that is recorded as running: its machine may have stopped. One that
 * is missing is made again first, around its root disk.
 */
export const prepareVmStart: Check<ParsedInputOf<'vm.start'>> = (input, scope) =>
  preparePower(input, scope, {
    step: 'start',
    action: { kind: 'start' },
    // It has only just started: there is no guest yet that could shut down.
    undo: { kind: 'stop', force: 'yes' },
    after: 'running',
  });

/** Plans a stop. */
export const prepareVmStop: Check<ParsedInputOf<'vm.stop'>> = (input, scope) =>
  preparePower(input, scope, {
    step: 'stop',
    action: { kind: 'stop', force: input.force },
    undo: { kind: 'start' },
    after: 'stopped',
  });

const STOPS = {
  asks: { kind: 'stop', force: 'no' },
  insists: { kind: 'stop', force: 'no', insist: 'yes' },
  forces: { kind: 'stop', force: 'yes' },
} as const satisfies Readonly<Record<string, MachineAction>>;

/** Plans a stop and a start as one operation; the desired state stays running throughout. */
export function prepareVmRestart(
  how: 'asks' | 'insists' | 'forces',
): Check<ParsedInputOf<'vm.start'>> {
  return async (input, scope) => {
    return extendPlan(await prepareVmStart(input, scope), (started) => {
      const { saga } = started;
      const start = saga.steps.at(-1);
      if (start?.action.kind !== 'agent') return started;
      // Only the machine's action is replaced by another one of the same union.
      const to = (action: MachineAction) => ({ ...start.action, action }) as typeof start.action;
      const undo = to({ kind: 'start' });
      const stop = { name: 'stop', after: start.after, action: to(STOPS[how]), undo };
      const last = { ...start, after: [stop.name], undo: null };
      return { ...started, saga: { ...saga, steps: [...saga.steps.slice(0, -1), stop, last] } };
    });
  };
}

/** Plans a reboot: a restart of a VM that runs, whose guest is asked to shut down. */
export const prepareVmReboot: Check<ParsedInputOf<'vm.reboot'>> = async (input, scope) => {
  const found = await findToChange('vm', input, scope);
  if (!found.ok) return err([found.error]);
  const refused = requireRunning(found.value, 'be rebooted');
  return refused === undefined ? prepareVmRestart('asks')(input, scope) : err([refused]);
};

/**
 * Plans the reboot of a VM that runs and whose guest is taken to hang: one that does not shut down
 * in time is powered off.
 */
export const prepareHungVmReboot: Check<ParsedInputOf<'vm.reboot'>> = async (input, scope) => {
  const found = await findToChange('vm', input, scope);
  if (!found.ok) return err([found.error]);
  const refused = requireRunning(found.value, 'be rebooted');
  return refused === undefined ? prepareVmRestart('insists')(input, scope) : err([refused]);
};

interface PowerChange {
  readonly step: 'start' | 'stop';
  readonly action: MachineAction;
  /** Undone only where the VM was in the opposite state before, as recorded. */
  readonly undo: MachineAction;
  readonly after: VmSpec['power_state'];
}

async function preparePower(
  input: { readonly id: string },
  scope: WriteScope,
  change: PowerChange,
): Promise<Result<CheckedWrite, readonly Problem[]>> {
  const current = await findToChange('vm', input, scope);
  if (!current.ok) return err([current.error]);
  const row = current.value;
  return ok({ ...powerFields(row, change), place: () => planPower(row, change, scope) });
}

function powerFields(row: VmRow, { after }: PowerChange) {
  const { id, name } = row;
  const before = desiredOf(row);
  const wanted = { ...before, power_state: after };
  return { resourceKind: 'vm', target: { id, name }, before, wanted } as const;
}

async function planPower(
  row: VmRow,
  change: PowerChange,
  scope: WriteScope,
): Promise<Result<PreparedWrite, readonly Problem[]>> {
  const spec = desiredAs(row, VmSpec);
  const found = await scope.deps.store.snapshot({
    allocations: { from: 'allocations', where: { vm_id: row.id } },
    nodes: { from: 'nodes' },
    networks: { from: 'networks', where: { id: { in: networkIdsOf(spec) } } },
    volumes: { from: 'volumes', where: { attached_to: row.id } },
    templates: builtInTemplateOf(spec),
    versions: templateVersionOf(row),
    groups: groupsOf(row.tenant_id, [spec]),
    volumeWork: VOLUME_WORK,
    rules: { from: 'rule_versions', where: { id: attachmentVersionId(row.id) } },
    quotas: { from: 'tenant_quotas', where: { id: row.tenant_id } },
  });
  const work = checkVolumeWork(row, found.volumeWork);
  if (work !== undefined) return err([work]);
  const home = allocationAtHome(row, found);
  const node = found.nodes.find(({ id }) => id === home?.node_id);
  if (node === undefined) return err([notPlaced(row)]);
  if (found.allocations.length > 1) return err([whereaboutsUnknown(row)]);
  if (observedOf(row).status === 'failed') return err([neverMade(row)]);
  if (change.step === 'start' && isMachineGone(row) && capabilitiesOf(node).define !== 'yes') {
    return err([machineGone(row)]);
  }
  const network = found.networks.find(({ id }) => id === spec.network_id);
  const { template } = templateParts(found.templates[0], found.versions[0]);
  const { groups } = found;
  const shape = { spec, template, network, address: addressOf(row), groups };
  const room = { row, node, allocation: home, to: amountsOf(spec), quota: found.quotas[0] };
  const resize = planRoom(room, change.step);
  if (!resize.ok) return resize;
  const { volumes, networks, rules } = found;
  const parts = { row, node, shape, volumes, networks, rules, resize: resize.value };
  return ok(planChanges(parts, change, scope));
}

/** A start reserves the room that the VM gave up; excess amounts are released. */
function planRoom(
  found: Pick<Parameters<typeof planResize>[0], 'allocation' | 'to'> & {
    readonly row: VmRow;
    readonly node: Tables['nodes'];
    readonly quota: Tables['tenant_quotas'] | undefined;
  },
  step: PowerChange['step'],
): Result<Partial<Saga>, readonly Problem[]> {
  const { row, node, allocation } = found;
  const held = allocation === undefined ? found.to : amountsHeldBy(allocation);
  const to = step === 'start' ? found.to : smallest(found.to, held);
  const growth = subtract(to, held);
  const problems = [
    ...checkRoom(row, node, { growth, change: 'start' }),
    ...toProblemList(checkQuota(found.quota, chargeOfVms(0, positivePart(growth)))),
  ];
  if (problems.length > 0) return err(problems);
  // Usually the allocation is right already, and nothing has to be written.
  const changed = equalJson(to, held) ? undefined : allocation;
  return ok(planResize({ tenantId: row.tenant_id, node, allocation: changed, to }));
}

interface Found {
  readonly row: VmRow;
  readonly node: Tables['nodes'];
  readonly shape: MachineShape;
  readonly volumes: readonly VolumeRow[];
  readonly networks: readonly NetworkRow[];
  /** Room that the VM needs, where it was preempted, or releases, where a change got stuck. */
  readonly resize: Partial<Saga>;
  readonly rules: readonly Tables['rule_versions'][];
}

/** Plans the steps before the command: define the machine again, or configure it as recorded. */
function planFirst(found: Found, { step }: PowerChange): readonly OperationStepDefinition[] {
  const { row, node, shape, volumes, networks } = found;
  if (step !== 'start' || !isMachineGone(row)) return planRepair(found);
  const further = toFurtherNetworks(furtherInterfacesOf(row), networks);
  const machine = migratedMachine({ ...shape, row, further, made: shape });
  return [defineStep({ row, node, volumes, spec: toMachineSpec(machine) })];
}

/**
 * Plans a repair of a VM whose status is unknown. Its size is unknown too: a change of it may or
 * may not have been applied, so the VM is configured as recorded first.
 */
function planRepair({ row, node, shape }: Found) {
  if (observedOf(row).status !== 'unknown') return [];
  return repairSteps({ row, node: node.name, after: shape });
}

function planChanges(found: Found, change: PowerChange, scope: WriteScope): PreparedWrite {
  const { row, node, resize } = found;
  const observed = observedOf(row);
  const agent = {
    kind: 'agent',
    node: node.name,
    vmId: row.id,
    generation: row.generation + 1,
  } as const;
  const first = planFirst(found, change);
  const fields = powerFields(row, change);
  const wasOpposite = change.step === 'start' ? hasNoProcess(row) : observed.status === 'running';
  const undo = wasOpposite ? { ...agent, action: change.undo } : null;
  return {
    ...fields,
    placement: null,
    saga: concatSagas(
      {
        reserve: [
          changeIdle('vm', row, {
            generation: row.generation + 1,
            busy_operation_id: scope.operationId,
          }),
          requireNoNewVolumeWork(row, found.rules),
        ],
        steps: [
          ...first,
          {
            name: change.step,
            after: first.map(({ name }) => name),
            action: { ...agent, action: change.action },
            undo,
          },
        ],
        finalize: [
          // A start resumes a paused VM, and a stop ends its pause.
          releaseVm(row.id, {
            ...withoutHalt(withMachine(observed)),
            ...commandedPower(change.after),
          }),
          ...rememberPower(found, fields.wanted, scope),
        ],
        rollback: [releaseVm(row.id, observed)],
        release: [releaseVm(row.id, { ...observed, status: 'unknown' })],
        reacquire: [reacquireCommandedVm(row, scope)],
      },
      resize,
    ),
  };
}

/** One that waits for a full disk has its process: a start lets it go on, and no undo ends it. */
function hasNoProcess(row: VmRow): boolean {
  return isOff(row) && stopReasonOf(observedOf(row)) !== 'io_error';
}

/** A start or stop by a user changes the desired power state. */
function rememberPower({ row, shape }: Found, wanted: JsonObject, scope: WriteScope): ChangeSet {
  if (shape.spec.power_state === wanted.power_state) return [];
  const {
    generation: _commanded,
    busy_operation_id: _held,
    ...set
  } = changedColumns(row, scope, {
    name: row.name,
    desired: wanted,
    busy: 'no',
  });
  const otherwise = replan(`The VM ${row.name}`);
  return [{ kind: 'update', table: 'vms', id: row.id, set, otherwise }];
}

/** A stop of a missing machine succeeds, which would make a VM without a machine. */
function neverMade(row: VmRow): Problem {
  return problem('conflict', {
    detail: `The VM ${row.name} could not be created, and its state is unknown.`,
    remedy: 'Delete it and create it again.',
  });
}
