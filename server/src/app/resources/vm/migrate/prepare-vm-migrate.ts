import { VmSpec } from '@novacron/contract/kinds/vm/vm';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import type { PlacementPurpose } from '@novacron/contract/placement/placement';
import type { Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type {
  Amounts,
  PlacementPlan,
  PlacementRequest,
} from '@novacron/engine/placement/place/model/placement';
import type { ChangeSet } from '../../../../ports/store.ts';
import type { Tables, VmRow } from '../../../../ports/tables/tables.ts';
import { chargeOfVms, chargeTenant } from '../../../access/quota/tenant-quota.ts';
import { checkVolumeWork, requireNoNewVolumeWork } from '../../../kernel/operations/volume-lock.ts';
import { findToChange } from '../../../kernel/resource-rows/find-resource.ts';
import { changeIdle, releaseVm } from '../../../kernel/resource-rows/new-row.ts';
import { reacquireCommandedVm } from '../../../kernel/resource-rows/reacquire-lock.ts';
import type { PreparedWrite } from '../../../kernel/write/prepared-write.ts';
import { isOutOfReach, lostProblem } from '../../../kernel/write/refuse-lost-node.ts';
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
import { desiredAs, desiredOf, observedOf } from '../../../rows/answer-resource.ts';
import { withCpuFeature } from '../../../rows/cpu-baselines.ts';
import {
  commandedPower,
  restoredFrom,
  withoutHalt,
  withoutObserved,
} from '../../../rows/observed-machine.ts';
import { referenceUnknown, replan } from '../../../rows/resource-problems.ts';
import {
  amountsHeldBy,
  amountsOf,
  negate,
  subtract,
  takeFromNode,
} from '../../../rows/vm-amounts.ts';
import type { Check, WriteScope } from '../../scope.ts';
import { requireSameGroups } from '../../security-group/vm-firewall.ts';
import { opensVolumes } from '../../volume/volume-encryption.ts';
import { moveContents } from '../../volume/volume-pool.ts';
import { release } from '../delete/prepare-vm-delete.ts';
import { releaseStandby, withoutStandby } from '../standby/standby-room.ts';
import { migrateSteps } from './migrate-steps.ts';
import { describeManner, isCold, type Manner } from './migration-manner.ts';
import { type MovingVm, observeMovingVm } from './observe-moving-vm.ts';
import {
  alreadyThere,
  boundByDevices,
  movesStopped,
  movesTpm,
  notPlaced,
  nowhereElse,
  pinnedElsewhere,
  refuseEncrypted,
  refusePower,
  refuseTpm,
  remedyOfPin,
  whereaboutsUnknown,
} from './refuse-migration.ts';

type Input = ParsedInputOf<'vm.migrate'> &
  Manner & {
    readonly wish?: PlacementOverride;
    /** Purpose of the migration, if it is more than the move itself. */
    readonly purpose?: PlacementPurpose;
  };

/**
 * Plans a migration, live or of a stopped VM: room on the new node is reserved first, the old node
 * is released at the end.
 */
export const prepareVmMigrate: Check<Input> = async (input, scope) => {
  const current = await findToChange('vm', input, scope);
  if (!current.ok) return err([current.error]);
  const row = current.value;
  const { node: pin } = desiredAs(row, VmSpec).placement ?? {};
  if (input.node !== undefined && pin && pin !== input.node && input.force !== true) {
    return err([pinnedElsewhere(row, pin, input.node)]);
  }
  return ok({
    ...moveFields(row),
    place: (avoidedNodes) => placeMove(row, input, { ...scope, avoidedNodes }),
  });
};

/** Input of policies for a migration, which changes no argument of the VM. */
export function moveFields(row: VmRow) {
  const { id, name } = row;
  const fields = desiredOf(row);
  return { resourceKind: 'vm', target: { id, name }, before: fields, wanted: fields } as const;
}

async function placeMove(
  row: VmRow,
  input: Input,
  scope: WriteScope,
): Promise<Result<PreparedWrite, readonly Problem[]>> {
  const found = await observeMovingVm(row, scope);
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
  const closed = refuseEncrypted(found, input.node);
  if (closed !== undefined) return err([closed]);
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
}

/** A node in the request overrides the VM's own node selector, but no other constraint. */
function askOf(
  ask: PlacementRequest,
  { row, nodes, spec, volumes, manner }: MovingVm & Manner,
  source: Tables['nodes'],
  wanted: string | undefined,
) {
  const node = wanted ?? ask.constraints.node;
  const unable = nodes.filter(
    (each) =>
      (isCold({ row, manner }) && !movesStopped(each)) ||
      (spec.tpm && !movesTpm(each)) ||
      !opensVolumes(each, volumes) ||
      // Disks there would be taken for those that arrive.
      restoredFrom(observedOf(row)).includes(each.name),
  );
  const excluded = [...(ask.constraints.excludeNodes ?? []), source.name];
  const excludeNodes = [...new Set([...excluded, ...unable.map(({ name }) => name)])];
  const exclusions = { ...ask.constraints.exclusions, [source.name]: 'is the node that it leaves' };
  return { ...ask, constraints: { ...ask.constraints, excludeNodes, exclusions, node } };
}

/** Returns the healing strategy of an evacuation; undefined for other migrations. */
function strategyOf({ purpose, manner }: Input): PreparedWrite['strategy'] {
  if (purpose !== 'evacuate') return undefined;
  return manner === 'cold' ? 'cold_migration' : 'live_migration';
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
  const placed = await place('migrate', { ask, fleet, rules: found.landing }, scope);
  const isPinnedHere = wanted === undefined && found.ask.constraints.node === source.name;
  if (placed.ok || !isPinnedHere) return placed;
  return err({ ...placed.error, remedy: remedyOfPin(found.row, 'NODE') });
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
    ...moveFields(row),
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
