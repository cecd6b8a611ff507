import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import type { PlacementPurpose } from '@novacron/contract/placement/placement';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type {
  Amounts,
  PlacementPlan,
  PlacementRequest,
} from '@novacron/engine/placement/model/placement';
import type { ChangeSet } from '../../../../ports/store.ts';
import type { Tables, VmRow } from '../../../../ports/tables/tables.ts';
import { chargeOfVms, chargeTenant } from '../../../access/quota/tenant-quota.ts';
import type { PreparedWrite } from '../../../kernel/admission/prepared-write.ts';
import { isOutOfReach, lostProblem } from '../../../kernel/admission/refuse-lost-node.ts';
import type { OperationStepDefinition } from '../../../kernel/definitions/operation-definition.ts';
import { checkVolumeWork, requireNoNewVolumeWork } from '../../../kernel/operations/volume-lock.ts';
import { findToChange } from '../../../kernel/resource-rows/find-resource.ts';
import { changeIdle, releaseVm } from '../../../kernel/resource-rows/new-row.ts';
import { reacquireCommandedVm } from '../../../kernel/resource-rows/reacquire-lock.ts';
import { place } from '../../../placement/decide/place.ts';
import {
  type BasisColumns,
  decisionContextColumns,
  recordDecision,
} from '../../../placement/decisions/record-decision.ts';
import { toFleetFacts } from '../../../placement/facts/fleet-facts.ts';
import {
  type PlacementRules,
  readPlacementRules,
} from '../../../placement/facts/placement-rules.ts';
import {
  applyOverride,
  applyPoliciesToRequest,
  type PlacementOverride,
} from '../../../placement/steering/apply-placement-policies.ts';
import { claimColumns, readClaim } from '../../../rows/allocation-claims.ts';
import { traitColumns } from '../../../rows/allocation-constraints.ts';
import { desiredOf, observedOf } from '../../../rows/answer-resource.ts';
import { withCpuFeature } from '../../../rows/cpu-baselines.ts';
import { isAttachedAsDesired } from '../../../rows/observed/observed-resource.ts';
import {
  commandedPower,
  isOff,
  isPaused,
  restoredFrom,
  stopReasonOf,
  withoutHalt,
  withoutObserved,
} from '../../../rows/observed-machine.ts';
import { replan } from '../../../rows/replan.ts';
import { referenceUnknown } from '../../../rows/resource-problems.ts';
import {
  amountsHeldBy,
  amountsOf,
  negate,
  subtract,
  takeFromNode,
} from '../../../rows/vm-amounts.ts';
import type { Prepare, WriteScope } from '../../scope.ts';
import { requireSameGroups } from '../../security-group/vm-firewall.ts';
import { toMachineVolume } from '../../volume/volume-changes.ts';
import { moveContents } from '../../volume/volume-pool.ts';
import { release } from '../delete/prepare-vm-delete.ts';
import { capabilitiesOf } from '../machine/configure-steps.ts';
import { migratedMachine, toMachineSize, toMachineSpec } from '../machine/machine-spec.ts';
import { forgetAction } from '../machine/removal-actions.ts';
import { releaseStandby, withoutStandby } from '../standby/standby-room.ts';
import { type MovingVm, observeMovingVm } from './observe-moving-vm.ts';

type Input = ParsedInputOf<'vm.migrate'> & {
  readonly wish?: PlacementOverride;
  /** What it is for, where that is more than the move itself. */
  readonly purpose?: PlacementPurpose;
  /** `cold`: a VM that runs is stopped before, and started on its new node. */
  readonly manner?: 'cold' | undefined;
};

/**
 * Plans a migration, live or of a stopped VM: room on the new node is reserved first, the old node
 * is released at the end.
 */
export const prepareVmMigrate: Prepare<Input> = async (input, scope) => {
  const current = await findToChange('vm', input, scope);
  if (!current.ok) return err([current.error]);
  const found = await observeMovingVm(current.value, scope);
  const work = checkVolumeWork(found.row, found.volumeWork);
  if (work !== undefined) return err([work]);
  const source = found.nodes.find((node) => node.id === found.allocation?.node_id);
  if (source === undefined) return err([notPlaced(found.row)]);
  // Before another node is looked for, which there may not be.
  if (isOutOfReach(source)) return err([lostProblem(source, found.row.id)]);
  if (found.places > 1) return err([whereaboutsUnknown(found.row)]);
  const { manner } = input;
  const refused = refusePower({ ...found, manner }, source, input.node);
  if (refused !== undefined) return err([refused]);
  const bound = refuseTpm(found, source, input.node);
  if (bound !== undefined) return err([bound]);
  const { devices = [] } = found.allocation === undefined ? {} : readClaim(found.allocation);
  if (devices.length > 0) return err([boundByDevices(found.row)]);
  const { tenant_id: tenantId, id: vmId } = found.row;
  const steered = await applyPoliciesToRequest(scope.deps, tenantId, found.spec);
  const ask = withCpuFeature(applyOverride(steered, input.wish), found.row);
  const landing = await readPlacementRules({ tenantId, vmId, ask, ...found }, scope);
  const placement = await choose({ ...found, landing, ask, manner }, source, input.node, scope);
  if (!placement.ok) return err([placement.error]);
  const destination = found.nodes.find((node) => node.id === placement.value.nodeId);
  if (destination === undefined) return err([replan('The fleet')]);
  const basis = await decisionContextColumns(
    {
      vm: 'placed',
      vmName: found.row.name,
      ownNode: ask.constraints.node,
      ask: askOf(ask, { ...found, manner }, source, input.node),
      nodes: found.nodes,
      rules: landing,
      decision: placement.value.decision,
      node: destination,
      purpose: input.purpose ?? 'migrate',
    },
    scope,
  );
  const strategy = strategyOf(input);
  const place = { source, destination, landing, basis, placement: placement.value };
  const move = { ...place, manner, strategy };
  return ok(planChanges(found, move, scope));
};

type Manner = Pick<Input, 'manner'>;

/** A node in the request overrides the VM's own node selector, but no other constraint. */
function askOf(
  ask: PlacementRequest,
  { row, nodes, spec, manner }: MovingVm & Manner,
  source: Tables['nodes'],
  wanted: string | undefined,
) {
  const node = wanted ?? ask.constraints.node;
  const unable = nodes.filter(
    (each) =>
      (isCold({ row, manner }) && !movesStopped(each)) ||
      (spec.tpm && !movesTpm(each)) ||
      // Disks there would be taken for those that arrive.
      restoredFrom(observedOf(row)).includes(each.name),
  );
  const excluded = [...(ask.constraints.excludeNodes ?? []), source.name];
  const excludeNodes = [...new Set([...excluded, ...unable.map(({ name }) => name)])];
  const exclusions = { ...ask.constraints.exclusions, [source.name]: 'is the node that it leaves' };
  return { ...ask, constraints: { ...ask.constraints, excludeNodes, exclusions, node } };
}

/** Which attempt to heal it is, where it is one. */
function strategyOf({ purpose, manner }: Input): PreparedWrite['strategy'] {
  if (purpose !== 'evacuate') return undefined;
  return manner === 'cold' ? 'cold_migration' : 'live_migration';
}

/** Whether it is switched off while it moves. */
function isCold({ row, manner }: Manner & { readonly row: VmRow }): boolean {
  return isOff(row) || manner === 'cold';
}

async function choose(
  found: MovingVm & Manner & { readonly landing: PlacementRules; readonly ask: PlacementRequest },
  source: Tables['nodes'],
  wanted: string | undefined,
  scope: WriteScope,
): Promise<Result<PlacementPlan, Problem>> {
  if (wanted !== undefined && !found.nodes.some((node) => node.name === wanted)) {
    return err(referenceUnknown('node', 'node', wanted));
  }
  if (wanted === source.name) return err(alreadyThere(found.row, wanted));
  if (found.nodes.length === 1) return err(nowhereElse(found.row, source.name));
  const ask = askOf(found.ask, found, source, wanted);
  // The room that is reserved for the VM itself is room for it.
  const fleet = toFleetFacts(withoutStandby(found.nodes, found.standby), scope.deps);
  return place('migrate', { ask, fleet, rules: found.landing }, scope);
}

function planChanges(
  found: MovingVm,
  move: {
    readonly source: Tables['nodes'];
    readonly destination: Tables['nodes'];
    readonly landing: PlacementRules;
    readonly basis: BasisColumns;
    readonly placement: PlacementPlan;
    readonly strategy: PreparedWrite['strategy'];
  } & Manner,
  scope: WriteScope,
): PreparedWrite {
  const { row, spec } = found;
  const { manner } = move;
  const amounts = amountsOf(spec);
  const allocation = {
    id: scope.deps.ids.next('alloc'),
    vm_id: row.id,
    node_id: move.destination.id,
    cpu_cores: amounts.cpuCores,
    memory_mib: amounts.memoryMib,
    disk_gb: amounts.diskGb,
    created_at_ms: scope.nowMs,
    ...traitColumns(row.tenant_id, [spec]),
    ...claimColumns(spec),
  };
  const otherwise = replan(`The VM ${row.name}`);
  const before = withoutObserved(observedOf(row), []);
  const { name: node } = move.destination;
  const observed =
    manner === undefined
      ? { ...before, node }
      : { ...withoutHalt(before), ...commandedPower('running'), node };
  return {
    resourceKind: 'vm',
    target: { id: row.id, name: row.name },
    before: desiredOf(row),
    wanted: desiredOf(row),
    placement: move.placement.decision,
    notices: [describeManner(row, move)],
    ...(move.strategy === undefined ? {} : { strategy: move.strategy }),
    prerequisites: move.landing.prerequisites,
    saga: {
      reserve: [
        ...move.landing.guard(move.destination),
        // Guard: no group has got other rules since, which the new node would not receive.
        ...requireSameGroups(found.groups),
        changeIdle('vm', row, {
          generation: row.generation + 1,
          busy_operation_id: scope.operationId,
        }),
        requireNoNewVolumeWork(row, found.rules),
        ...useStandby(found, move.destination),
        takeFromNode(move.destination.id, amounts, 1, replan(`Node ${move.destination.name}`)),
        { kind: 'insert', into: 'allocations', row: allocation, otherwise },
        recordDecision(
          { vmId: row.id, decision: move.placement.decision, basis: move.basis },
          scope,
        ),
      ],
      steps: migrateSteps(found, move),
      retryFrom: ['migrate', 'activate', ...(manner === undefined ? [] : ['start'])],
      finalize: [
        releaseVm(row.id, observed),
        ...moveContents(found.volumes, move),
        ...(found.allocation === undefined ? [] : leave(found.allocation, row, amounts)),
      ],
      rollback: [
        releaseVm(row.id, observedOf(row)),
        { kind: 'drop', from: 'allocations', id: allocation.id },
        takeFromNode(move.destination.id, negate(amounts), -1, otherwise),
      ],
      // It may be on either node: both allocations stay until it is deleted.
      release: [releaseVm(row.id, { ...observedOf(row), status: 'unknown' })],
      reacquire: [reacquireCommandedVm(row, scope)],
    },
  };
}

/** The room that is reserved for the VM on the node that it goes to; another standby is chosen. */
function useStandby({ standby }: MovingVm, { id }: Tables['nodes']): ChangeSet {
  return standby === undefined || standby.node_id !== id ? [] : releaseStandby(standby);
}

/** After a resize that got stuck it held more than it needs on the new node. */
export function leave(allocation: Tables['allocations'], row: VmRow, taken: Amounts): ChangeSet {
  const less = subtract(taken, amountsHeldBy(allocation));
  return [...release(allocation), ...chargeTenant(row.tenant_id, chargeOfVms(0, less))];
}

/** The destination was away when the source released the VM: it is notified again for this long. */
const ACTIVATE_MS_MAX = 3_600_000;

/** The guest may not start at once: its new node tries for this long. */
const START_MS_MAX = 600_000;

/** The steps of a migration, and the stop and the start around one of a VM that runs. */
function migrateSteps(found: MovingVm, nodes: MigratingNodes): readonly OperationStepDefinition[] {
  const moved = moveSteps(found, nodes);
  if (nodes.manner === undefined) return moved;
  const { row } = found;
  const generation = row.generation + 1;
  const at = ({ name }: Tables['nodes']) =>
    ({ kind: 'agent', node: name, vmId: row.id, generation }) as const;
  const stop: OperationStepDefinition = {
    name: 'stop',
    after: [],
    // A guest that does not shut down in time is powered off: its node may fail at any time.
    action: { ...at(nodes.source), action: { kind: 'stop', force: 'no', insist: 'yes' } },
    undo: { ...at(nodes.source), action: { kind: 'start' } },
  };
  const start: OperationStepDefinition = {
    name: 'start',
    after: ['activate'],
    action: { ...at(nodes.destination), action: { kind: 'start' } },
    undo: null,
    noReturn: 'yes',
    patience: { kind: 'time', durationMs: START_MS_MAX },
  };
  const [first, ...others] = moved;
  if (first === undefined) return moved;
  return [stop, { ...first, after: [stop.name] }, ...others, start];
}

interface MigratingNodes extends Manner {
  readonly source: Tables['nodes'];
  readonly destination: Tables['nodes'];
}

/**
 * The source runs the VM until it has recorded that it has released it, which is when `migrate`
 * succeeds; from then on only the destination runs it, and this cannot be undone. A source of an
 * earlier release takes the VM back until the destination has been asked to run it.
 */
function moveSteps(found: MovingVm, nodes: MigratingNodes): readonly OperationStepDefinition[] {
  const [source, destination] = [nodes.source.name, nodes.destination.name];
  const vmId = found.row.id;
  const generation = found.row.generation + 1;
  const at = (node: string) => ({ kind: 'agent', node, vmId, generation }) as const;
  const spec = toMachineSpec(migratedMachine(found));
  // The machine may be resized on its node before it leaves, which only that node knows then.
  const size = toMachineSize(spec);
  const isSwitchedOff = isCold({ row: found.row, manner: nodes.manner });
  const stop_reason = stopReasonOf(observedOf(found.row)) ?? null;
  const arrives = isSwitchedOff ? { arrives: { power: 'off', stop_reason } as const } : {};
  const power = isSwitchedOff ? ({ power: 'off' } as const) : {};
  const volumes = found.volumes.filter(isAttachedAsDesired).map(toMachineVolume);
  const isKnown = (name: 'migrationRelease' | 'migrationTransfer'): boolean =>
    [nodes.source, nodes.destination].every((node) => capabilitiesOf(node)[name] === 'yes');
  const isReleased = isKnown('migrationRelease');
  const peer = (node: string) => (isKnown('migrationTransfer') ? { peer: node } : {});
  const release = isReleased ? ({ release: 'yes' } as const) : {};
  const migrate = { kind: 'migrate', to_node: destination, size, ...release, ...power } as const;
  return [
    {
      name: 'prepare-incoming',
      after: [],
      action: {
        ...at(destination),
        ...peer(source),
        action: { kind: 'prepare-incoming', spec, volumes, ...arrives },
      },
      undo: { ...at(destination), action: forgetAction(nodes.destination) },
    },
    {
      name: 'migrate',
      after: ['prepare-incoming'],
      action: { ...at(source), ...peer(destination), action: migrate },
      undo: { ...at(source), action: { kind: 'activate' } },
      ...(isReleased ? { noReturn: 'once-done' } : {}),
    },
    isReleased
      ? {
          name: 'activate',
          after: ['migrate'],
          action: { ...at(destination), action: { kind: 'activate', released: 'yes' } },
          undo: null,
          noReturn: 'yes',
          patience: { kind: 'time', durationMs: ACTIVATE_MS_MAX },
        }
      : {
          name: 'activate',
          after: ['migrate'],
          action: { ...at(destination), action: { kind: 'activate' } },
          // Not `stop`: a machine that has not been activated cannot be stopped.
          undo: { ...at(destination), action: forgetAction(nodes.destination) },
          noReturn: 'yes',
        },
    {
      name: 'delete-source',
      after: ['activate'],
      // The disk is the one that the VM runs from now.
      action: { ...at(source), action: forgetAction(nodes.source) },
      undo: null,
      whenFailed: 'go-on',
    },
  ];
}

function nowhereElse({ name }: VmRow, node: string): Problem {
  return problem('no-capacity', {
    detail: `The VM ${name} is on ${node}, the only node of the fleet: it has nowhere to go.`,
    remedy: 'Add a node to the fleet first.',
    fields: [],
  });
}

function alreadyThere(row: VmRow, node: string): Problem {
  return problem('validation-failed', {
    detail: `The VM ${row.name} is on node ${node} already.`,
    remedy: 'Choose another node, or none to let NovaCron choose.',
    fields: [{ path: ['node'], message: 'is the node of the VM already' }],
  });
}

/** Whether the agent of a node sends and takes VMs that are switched off. */
export function movesStopped(node: Tables['nodes']): boolean {
  const { coldMigration, migrationRelease } = capabilitiesOf(node);
  return coldMigration === 'yes' && migrationRelease === 'yes';
}

/**
 * Whether the agent of a node sends and takes VMs with a virtual TPM. Its state has no lock that
 * would stop both nodes of a migration from going on with it: the release does.
 */
export function movesTpm(node: Tables['nodes']): boolean {
  const { tpmMigration, migrationRelease } = capabilitiesOf(node);
  return tpmMigration === 'yes' && migrationRelease === 'yes';
}

/** Refuses a VM with a virtual TPM where a node cannot move it; undefined where both can. */
function refuseTpm(
  { row, spec, nodes }: MovingVm,
  source: Tables['nodes'],
  wanted: string | undefined,
): Problem | undefined {
  if (!spec.tpm) return undefined;
  const asked = nodes.filter(({ name }) => name === wanted);
  const unable = [source, ...asked].find((node) => !movesTpm(node));
  return unable && boundByTpm(row, unable.name);
}

/** Refuses a VM that moves neither running nor stopped; undefined where it moves. */
function refusePower(
  { row, nodes, manner }: MovingVm & Manner,
  source: Tables['nodes'],
  wanted: string | undefined,
): Problem | undefined {
  if (isPaused(row)) return paused(row);
  if (!isCold({ row, manner })) return undefined;
  if (isOff(row) && observedOf(row).status !== 'stopped') return preempted(row);
  const asked = nodes.filter(({ name }) => name === wanted);
  const unable = [source, ...asked].find((node) => !movesStopped(node));
  return unable && stoppedStays(row, unable.name);
}

/** What it means for the guest, before it is confirmed. */
function describeManner(row: VmRow, { source, destination, manner }: MigratingNodes): string {
  const way = `from ${source.name} to ${destination.name}`;
  if (manner === 'cold') {
    return `Cold migration ${way}: the VM is stopped, moved, and started there.`;
  }
  return isOff(row)
    ? `Cold migration ${way}: the VM is stopped, and stays stopped.`
    : `Live migration ${way}: the VM runs on.`;
}

/** Its room belongs to other VMs by now: it gets room when it starts. */
function preempted(row: VmRow): Problem {
  const status = String(observedOf(row).status);
  return problem('validation-failed', {
    detail: `The VM ${row.name} is ${status}, and only a running or stopped VM can move.`,
    remedy: `Start it first (novacron vm start ${row.id}), then move it.`,
    fields: [{ path: ['id'], message: `is a VM that is ${status}` }],
  });
}

/** What a device holds of its guest stays in it. */
export function boundByDevices(row: VmRow): Problem {
  return problem('conflict', {
    detail: `The VM ${row.name} has devices of its node, and a VM with devices does not migrate.`,
    remedy: 'Leave it on its node, or replace it by a VM on another one.',
  });
}

function boundByTpm(row: VmRow, node: string): Problem {
  return problem('conflict', {
    detail: `The VM ${row.name} has a virtual TPM, and node ${node} moves no VM with one.`,
    remedy:
      `Upgrade the agent of ${node} and install the package swtpm there, or leave the VM on its ` +
      'node.',
  });
}

function stoppedStays(row: VmRow, node: string): Problem {
  return problem('conflict', {
    detail: `The VM ${row.name} is stopped, and node ${node} moves only running VMs.`,
    remedy:
      `Start it first (novacron vm start ${row.id}), then move it, ` +
      `or upgrade the agent of ${node}.`,
  });
}

/** It would run after the move: the target lets what has arrived run. */
function paused(row: VmRow): Problem {
  return problem('conflict', {
    detail: `The VM ${row.name} is paused, and a paused VM stays on its node.`,
    remedy: `Resume it first (novacron vm resume ${row.id}), then move it.`,
  });
}

/** Refuses to migrate a VM that is on no node. */
export function notPlaced(row: VmRow): Problem {
  return problem('conflict', {
    detail: `The VM ${row.name} has no node yet.`,
    remedy: 'Wait until it has been created.',
  });
}

/** Another command could make it run twice: on the source and on the destination. */
export function whereaboutsUnknown(row: VmRow): Problem {
  return problem('conflict', {
    detail: `The VM ${row.name} may be on any of several nodes: a migration of it got stuck.`,
    remedy:
      'Delete the VM, which removes it from all of them, or ask an operator to check the nodes.',
  });
}
