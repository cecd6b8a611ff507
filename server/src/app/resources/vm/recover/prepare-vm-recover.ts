/**
 * Plans the recovery of a VM whose node is confirmed dead: room on another node that reaches its
 * disks, then the machine is made there around its root disk and started. The room on the dead node
 * stays taken until the VM is known to be elsewhere. Source of the idea: `evacuate` of OpenStack
 * Nova.
 */
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { FAILOVER_LEVEL, limitOf } from '@novacron/engine/healing/outcomes/rules/ladder';
import type {
  Amounts,
  PlacementPlan,
  PlacementRequest,
} from '@novacron/engine/placement/place/model/placement';
import type { ChangeSet } from '../../../../ports/store.ts';
import type { NodeRow } from '../../../../ports/tables/node-row.ts';
import type { VmRow } from '../../../../ports/tables/tables.ts';
import { checkVolumeWork, requireNoNewVolumeWork } from '../../../kernel/operations/volume-lock.ts';
import { findResource, findToChange } from '../../../kernel/resource-rows/find-resource.ts';
import { changeIdle, releaseVm } from '../../../kernel/resource-rows/new-row.ts';
import { reacquireCommandedVm } from '../../../kernel/resource-rows/reacquire-lock.ts';
import type { PreparedWrite } from '../../../kernel/write/prepared-write.ts';
import { place } from '../../../placement/decide/place.ts';
import {
  type BasisColumns,
  decisionContextColumns,
  recordDecision,
} from '../../../placement/decisions/record-decision.ts';
import { toFleetFacts } from '../../../placement/facts/fleet-facts.ts';
import { ignorePeersOn } from '../../../placement/facts/ignore-peers.ts';
import {
  type PlacementRules,
  readPlacementRules,
} from '../../../placement/facts/placement-rules.ts';
import { applyPoliciesToRequest } from '../../../placement/steering/apply-placement-policies.ts';
import { claimColumns } from '../../../rows/allocation-claims.ts';
import { traitColumns } from '../../../rows/allocation-constraints.ts';
import { observedOf } from '../../../rows/answer-resource.ts';
import { withCpuFeature } from '../../../rows/cpu-baselines.ts';
import {
  commandedPower,
  recoveredFrom,
  recreatedFrom,
  restoredFrom,
  withMachine,
  withoutHalt,
  withoutObserved,
} from '../../../rows/observed-machine.ts';
import { replan } from '../../../rows/resource-problems.ts';
import { amountsOf, negate, takeFromNode } from '../../../rows/vm-amounts.ts';
import { isFencedOn, requireFence, stateOfNode } from '../../node/node-fence.ts';
import type { Check, Prepare, WriteScope } from '../../scope.ts';
import { requireSameGroups } from '../../security-group/vm-firewall.ts';
import { moveContents } from '../../volume/volume-pool.ts';
import { type MovingVm, observeMovingVm } from '../migrate/observe-moving-vm.ts';
import { leave, moveFields } from '../migrate/prepare-vm-migrate.ts';
import { notPlaced } from '../migrate/refuse-migration.ts';
import { describeLossOf, type Restore, type RestoreFacts } from '../reach/find-restore.ts';
import { releaseStandby, restoreStandby, withoutStandby } from '../standby/standby-room.ts';
import {
  type EarlierRecovery,
  findEarlierRecoveries,
  type StuckNode,
} from './find-earlier-recoveries.ts';
import { findLeftTarget } from './find-left-target.ts';
import { findRecoveryNodes, pinned, refuseLivingNode, refuseVm } from './find-recovery-nodes.ts';
import { ignoreLocks, refuseIgnoring } from './ignore-disk-locks.ts';
import { endStuckRecovery, findStuckNode, leaveStuckNode } from './leave-stuck-node.ts';
import { type RecoveryNodes, recoverSteps, START_MS_MAX } from './recover-steps.ts';
import { supersedeOperations } from './supersede-operations.ts';

type Input = ParsedInputOf<'vm.recover'> & {
  /** In which order nodes are tried, as outcomes say; the standby first, unless set. */
  readonly order?: readonly string[];
};

/** Plans it. Operations that a fence has left without effect are ended first. */
export const prepareVmRecover: Check<Input> = async (input, scope) => {
  const refused = refuseIgnoring(input, scope);
  if (refused !== undefined) return err([refused]);
  const { tenantId } = scope.context.principal;
  const found = await findResource(scope.deps.store, 'vm', { tenantId, id: input.id });
  if (!found.ok) return err([found.error]);
  return ok({
    ...moveFields(found.value),
    place: async (avoidedNodes) => {
      const superseding = await supersede(found.value, scope);
      if (superseding !== undefined) return ok(superseding);
      return planRecovery(input, { ...scope, avoidedNodes });
    },
  });
};

const planRecovery: Prepare<Input> = async (input, scope) => {
  const current = await findToChange('vm', input, scope);
  if (!current.ok) return err([current.error]);
  const found = await observeMovingVm(current.value, scope);
  const { row, spec, nodes } = found;
  const source = nodes.find((node) => node.id === found.allocation?.node_id);
  if (source === undefined) return err([notPlaced(row)]);
  const earlier = await readEarlier(row, source, scope);
  const stuck = findStuckNode(found, earlier);
  const refused =
    refuseLivingNode(found, source) ??
    refuseVm(found, stuck) ??
    checkVolumeWork(row, found.volumeWork);
  if (refused !== undefined) return err([refused]);
  const { node: wanted } = input;
  const facts = await readSnapshots(found, input, scope);
  const reach = leaveStuckNode(findRecoveryNodes(found, source, input, facts), stuck, input);
  if (!reach.ok) return err([reach.error]);
  const { disk, restore, nodes: reaching } = reach.value;
  // A new root disk has no locks, and a volume with it is one that no other node reaches.
  const ignoresLocks = input.ignore_disk_locks && disk === 'kept';
  offerExports(row, restore, scope);
  const steered = await applyPoliciesToRequest(scope.deps, row.tenant_id, spec);
  const asked = withCpuFeature(steered, row);
  if (wanted === undefined && asked.constraints.node === source.name) {
    return err([pinned(row, source)]);
  }
  const ask = narrow(asked, { ...found, source, reaching, wanted });
  const where = { tenantId: row.tenant_id, vmId: row.id };
  const rules = await readPlacementRules({ ...where, ask, ...found }, scope);
  const landing = ignorePeersOn(
    rules,
    nodes.filter((each) => stateOfNode(each) === 'dead'),
  );
  const tried = wanted === undefined ? earlier.map((each) => each.node) : [];
  const placement = await placeBeside({ ...found, ask, landing, order: input.order }, tried, scope);
  if (!placement.ok) return err([placement.error]);
  const destination = nodes.find(({ id }) => id === placement.value.nodeId);
  if (destination === undefined) return err([replan('The fleet')]);
  const basis = await decisionContextColumns(
    {
      vm: 'placed',
      vmName: row.name,
      ownNode: asked.constraints.node,
      ask,
      nodes,
      rules: landing,
      decision: placement.value.decision,
      node: destination,
      purpose: 'recover',
    },
    scope,
  );
  const move = {
    source,
    destination,
    landing,
    basis,
    placement: placement.value,
    ...(await findLeft(found, stuck, scope)),
    stuck,
    disk,
    locks: ignoresLocks ? ('ignored' as const) : undefined,
    restore,
    ...attemptOf(found, { destination, disk, restore }, scope),
  };
  const write = planChanges(found, move, scope);
  return ok(ignoresLocks ? ignoreLocks(write, { ...move, row, input }, scope) : write);
};

/** Its recoveries that have failed since its node was heard last. */
async function readEarlier(
  { id }: VmRow,
  source: NodeRow,
  { deps }: WriteScope,
): Promise<readonly EarlierRecovery[]> {
  return (await findEarlierRecoveries(deps, new Map([[id, source]]))).get(id) ?? [];
}

/**
 * Describes the attempt and its initiator. Automatic attempts have a time limit, so that another
 * node is tried soon: a part is for the disks, the rest for the start. An attempt that creates
 * disks has no limit: copying them elsewhere would take as long again.
 */
function attemptOf(
  { standby }: MovingVm,
  { destination, disk, restore }: Pick<RecoveryNodes, 'destination' | 'disk' | 'restore'>,
  { context }: WriteScope,
) {
  const by = context.client === 'platform' ? ('automatic' as const) : ('people' as const);
  const isStandby = standby?.node_id === destination.id && disk === 'kept';
  const strategy = isStandby ? ({ strategy: 'standby' } as const) : {};
  if (by === 'people' || disk === 'new' || restore !== undefined) return { by, ...strategy };
  const allMs = limitOf(isStandby ? 'standby' : 'restart_elsewhere');
  const limitMs = isStandby ? allMs / 2 : allMs - START_MS_MAX;
  return { by, ...strategy, limitMs, startMs: allMs - limitMs };
}

/** Finds machines to remove from another node first. */
async function findLeft(
  { row, nodes }: MovingVm,
  stuck: StuckNode | undefined,
  scope: WriteScope,
): Promise<Pick<RecoveryNodes, 'left' | 'leftDisk'>> {
  if (stuck === undefined) return { left: await findLeftTarget(row, nodes, scope) };
  const { node, recovery } = stuck;
  const left = isFencedOn(node, row.id) ? undefined : node;
  return { left, leftDisk: recovery.disk === 'new' ? 'removed' : undefined };
}

/** Only nodes that reach its disks. */
function narrow(
  asked: PlacementRequest,
  {
    nodes,
    source,
    reaching,
    wanted,
  }: Pick<MovingVm, 'nodes'> & {
    readonly source: NodeRow;
    readonly reaching: readonly NodeRow[];
    readonly wanted: string | undefined;
  },
): PlacementRequest {
  const excludeNodes = nodes
    .filter((node) => !reaching.includes(node))
    .map(({ name }) => name)
    .concat(asked.constraints.excludeNodes ?? []);
  const node = wanted ?? asked.constraints.node;
  const exclusions = {
    ...Object.fromEntries(excludeNodes.map((name) => [name, 'does not reach its disks'])),
    ...asked.constraints.exclusions,
    [source.name]: 'is the node that was lost',
  };
  return { ...asked, constraints: { ...asked.constraints, excludeNodes, exclusions, node } };
}

type Landing = Pick<MovingVm, 'nodes' | 'standby'> & {
  readonly order: Input['order'];
  readonly ask: PlacementRequest;
  readonly landing: PlacementRules;
};

/** Nodes on which its recovery has failed come last. */
async function placeBeside(
  landing: Landing,
  tried: readonly (string | undefined)[],
  scope: WriteScope,
): Promise<Result<PlacementPlan, Problem>> {
  const names = tried.filter((name) => name !== undefined);
  if (names.length > 0) {
    const { constraints } = landing.ask;
    const excludeNodes = [...(constraints.excludeNodes ?? []), ...names];
    const ask = { ...landing.ask, constraints: { ...constraints, excludeNodes } };
    const placed = await placeRecovery({ ...landing, ask }, scope);
    if (placed.ok) return placed;
  }
  return placeRecovery(landing, scope);
}

/** Reads what its volumes can be restored from, where that is asked for. */
async function readSnapshots(
  { volumes }: MovingVm,
  input: ParsedInputOf<'vm.recover'>,
  { deps: { store, exports } }: WriteScope,
): Promise<Pick<RestoreFacts, 'snapshots' | 'exports'>> {
  if (!input.from_snapshot) return { snapshots: [], exports };
  const where = { volume_id: { in: volumes.map(({ id }) => id) } };
  return { snapshots: await store.read({ from: 'snapshots', where }), exports };
}

/** Gives nodes the exports as images, which they fetch as uploaded ones. */
function offerExports(row: VmRow, restore: Restore | undefined, { deps }: WriteScope): void {
  for (const { stored } of restore?.volumes ?? []) {
    const { path, bytes, sha256 } = stored;
    deps.images?.adopt({ file: `${sha256}.qcow2`, path, bytes, tenantId: row.tenant_id });
  }
}

/**
 * The node of its standby comes first, with the room that is reserved there, unless outcomes say
 * that VMs start better elsewhere: then it comes last.
 */
async function placeRecovery(
  { ask, landing: rules, nodes, standby, order = FAILOVER_LEVEL.strategies }: Landing,
  scope: WriteScope,
): Promise<Result<PlacementPlan, Problem>> {
  const fleet = toFleetFacts(withoutStandby(nodes, standby), scope.deps);
  const held = nodes.find(({ id }) => id === standby?.node_id);
  if (held !== undefined && ask.constraints.node === undefined) {
    const { constraints } = ask;
    const excludeNodes = [...(constraints.excludeNodes ?? []), held.name];
    const isFirst = order[0] === FAILOVER_LEVEL.strategies[0];
    const first = isFirst ? { node: held.name } : { excludeNodes };
    const asked = { ...ask, constraints: { ...constraints, ...first } };
    const there = await place('migrate', { ask: asked, fleet, rules }, scope);
    if (there.ok) return there;
  }
  return place('migrate', { ask, fleet, rules }, scope);
}

/** @returns a write that ends them and is planned again then; undefined where there are none */
async function supersede(row: VmRow, scope: WriteScope): Promise<PreparedWrite | undefined> {
  const prerequisites = await supersedeOperations(row, scope);
  if (prerequisites.length === 0) return undefined;
  return {
    ...moveFields(row),
    placement: null,
    prerequisites,
    saga: NO_STEPS,
  };
}

const NO_STEPS = { reserve: [], steps: [], finalize: [], rollback: [], release: [] } as const;

interface Move extends RecoveryNodes {
  readonly strategy?: PreparedWrite['strategy'];
  /** Time limit until the start; hours by default. Unit: ms. */
  readonly limitMs?: number;
  /** Node on which an earlier recovery got stuck; its capacity there is released. */
  readonly stuck: StuckNode | undefined;
  readonly landing: PlacementRules;
  readonly basis: BasisColumns;
  readonly placement: PlacementPlan;
}

function planChanges(found: MovingVm, move: Move, scope: WriteScope): PreparedWrite {
  const { row, spec } = found;
  const { source, destination } = move;
  const amounts = amountsOf(spec);
  const allocation = {
    id: scope.deps.ids.next('alloc'),
    vm_id: row.id,
    node_id: destination.id,
    cpu_cores: amounts.cpuCores,
    memory_mib: amounts.memoryMib,
    disk_gb: amounts.diskGb,
    created_at_ms: scope.nowMs,
    ...traitColumns(row.tenant_id, [spec]),
    ...claimColumns(spec),
  };
  const otherwise = replan(`The VM ${row.name}`);
  const before = observedOf(row);
  const { stuck } = move;
  // Copies there are removed when they are back, with or without the step that removes one now.
  const copies = stuck === undefined ? [source.name] : [source.name, stuck.node.name];
  const recovered_from = [...new Set([...recoveredFrom(before), ...copies])].sort();
  const tried = new Set([...recoveredFrom(before), destination.name]);
  const isNew = move.disk === 'new';
  const { restore } = move;
  // Disks of before have what was written since: they are kept, and people decide.
  const keeps = [...new Set([...restoredFrom(before), source.name])].sort();
  const left =
    isNew && restore === undefined
      ? [...new Set([...recreatedFrom(before), source.name])].sort()
      : undefined;
  const leftBehind = stuck === undefined ? [] : leave(stuck.allocation, row, amounts);
  const kept = withoutHalt(withMachine(withoutObserved(before, [])));
  const standby = backAt(found.standby, destination, amounts);
  const power = spec.power_state;
  return {
    ...moveFields(row),
    placement: move.placement.decision,
    ...(restore === undefined ? {} : { note: sayRestore(row, move, restore) }),
    ...(move.strategy === undefined ? {} : { strategy: move.strategy }),
    ...(move.limitMs === undefined ? {} : { limitMs: move.limitMs }),
    notices: [restore === undefined ? sayStart(found, move) : sayRestore(row, move, restore)],
    prerequisites: move.landing.prerequisites,
    saga: {
      reserve: [
        ...move.landing.guard(destination),
        ...requireSameGroups(found.groups),
        requireFence(source),
        changeIdle('vm', row, {
          generation: row.generation + 1,
          busy_operation_id: scope.operationId,
        }),
        requireNoNewVolumeWork(row, found.rules),
        ...(stuck === undefined ? [] : endStuckRecovery(stuck, { row, scope })),
        ...(restore?.volumes ?? []).map(({ volume }) =>
          changeIdle('volume', volume, { generation: volume.generation + 1 }),
        ),
        // A standby elsewhere is given back as well: another one is chosen for the new node.
        ...(found.standby === undefined ? [] : releaseStandby(found.standby)),
        takeFromNode(destination.id, amounts, 1, replan(`Node ${destination.name}`)),
        { kind: 'insert', into: 'allocations', row: allocation, otherwise },
        recordDecision(
          { vmId: row.id, decision: move.placement.decision, basis: move.basis },
          scope,
        ),
      ],
      steps: recoverSteps(found, move),
      retryFrom: isNew ? ['create'] : ['define', 'start'],
      finalize: [
        releaseVm(row.id, {
          ...kept,
          ...commandedPower(power),
          node: destination.name,
          recovered_from,
          ...(left === undefined ? {} : { recreated_from: left }),
          ...(restore === undefined ? {} : { restored_from: keeps }),
        }),
        ...moveContents(found.volumes, move),
        ...(found.allocation === undefined ? [] : leave(found.allocation, row, amounts)),
        ...leftBehind,
      ],
      rollback: [
        // Whether it was made there may not be known.
        releaseVm(row.id, { ...before, recovered_from: [...tried].sort() }),
        { kind: 'drop', from: 'allocations', id: allocation.id },
        ...(standby ?? [takeFromNode(destination.id, negate(amounts), -1, otherwise)]),
      ],
      // Its new node has its disk: both allocations stay until it runs, or is deleted.
      release: [releaseVm(row.id, { ...before, status: 'unknown' }), ...leftBehind],
      reacquire: [reacquireCommandedVm(row, scope)],
    },
  };
}

/** The standby as it was, where its room was taken; undefined where it was elsewhere, or none. */
function backAt(
  standby: MovingVm['standby'],
  { id }: NodeRow,
  amounts: Amounts,
): ChangeSet | undefined {
  return standby?.node_id === id ? restoreStandby(standby, amounts) : undefined;
}

/** From which disk it starts, and what that loses. */
function sayStart(
  { row: { name }, spec }: Pick<MovingVm, 'row' | 'spec'>,
  { source, destination, disk, strategy }: Move,
): string {
  const there = strategy === undefined ? '' : ', its standby,';
  const isOff = spec.power_state === 'stopped';
  return disk === 'new'
    ? `The VM ${name} is made on ${destination.name} from its template. What was on the ` +
        `root disk that it had on ${source.name} is lost.${isOff ? ' It stays stopped.' : ''}`
    : isOff
      ? `The VM ${name} is on ${destination.name}${there} from now on, with the disk that it ` +
        `had on ${source.name}. It stays stopped.`
      : `The VM ${name} runs on ${destination.name}${there} from the disk that it had on ` +
        `${source.name}. What its guest had not written is lost, as after a power failure.`;
}

/** Describes the data loss of a restore and its recovery point; also shown with the operation. */
function sayRestore(
  { name }: VmRow,
  { source, destination, disk }: Move,
  restore: Restore,
): string {
  const lossMs = source.last_seen_at_ms;
  return (
    `The VM ${name} is restored on ${destination.name}. ` +
    `${describeLossOf(restore, { disk, lossMs })} ` +
    `${source.name} keeps the disks that it has; they are not deleted when it is back.`
  );
}
