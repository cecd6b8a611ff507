/** Reads what the arbiter decides about: operations under way, claims, budgets of groups. */
import { VmSpec } from '@novacron/contract/kinds/vm/vm';
import type { VmHealth } from '@novacron/contract/kinds/vm/vm-health-check';
import { VmGroupSpec } from '@novacron/contract/kinds/vm-group/vm-group';
import type {
  BudgetedGroup,
  ClaimedNode,
  Work,
} from '@novacron/engine/automation/arbiter/model/arbiter';
import type { Store } from '../../../ports/store.ts';
import type { ArbiterClaimRow } from '../../../ports/tables/arbiter-claim-row.ts';
import type { Tables, VmRow } from '../../../ports/tables/tables.ts';
import { desiredAs, mapReadable, observedOf } from '../../rows/answer-resource.ts';
import { healthOf, shownHealth } from '../../rows/observed/observed-health.ts';
import { OWN_PRINCIPALS } from '../../rows/own-principals.ts';
import { classOfClaim, isVictim } from './claim-rows.ts';

/** Operations and claims that are looked at. */
const ROWS_MAX = 10_000;

/**
 * Time for which a member of a group that was created, started or healed counts as starting. Other
 * members of its group do not wait longer for a guest that never serves. Unit: ms.
 */
const STARTING_MS_MAX = 120_000;

/** The version of all claims: each grant raises it, so two servers never grant at once. */
export const ARBITER_VERSION = 'arbiter';

type OperationRow = Tables['operations'];

/** All of one moment. */
export interface ObservedWork {
  readonly version: number;
  readonly work: readonly Work[];
  readonly groups: readonly BudgetedGroup[];
  readonly claims: readonly ArbiterClaimRow[];
  /**
   * Time at which NovaCron last healed a VM, by the id of the VM. Unit: ms since the Unix epoch.
   */
  readonly healedMs: ReadonlyMap<string, number>;
  readonly nodes: readonly Tables['nodes'][];
  /** The group of each member, by the id of the VM. */
  readonly groupOf: ReadonlyMap<string, string>;
}

/**
 * Reads it.
 * @param by - whose intent it is for; names of other tenants' people are left out
 */
export async function observeWork(
  { store }: { readonly store: Store },
  by: { readonly tenantId: string; readonly nowMs: number },
): Promise<ObservedWork> {
  const { tenantId, nowMs } = by;
  const found = await store.snapshot({
    rules: { from: 'rule_versions', where: { id: ARBITER_VERSION } },
    operations: {
      from: 'operations',
      where: { status: { in: ['running', 'undoing'] } },
      limit: ROWS_MAX,
      damaged: 'blank',
    },
    claims: { from: 'arbiter_claims', limit: ROWS_MAX },
    nodes: { from: 'nodes' },
    members: { from: 'vm_group_members' },
    groups: { from: 'vm_groups', damaged: 'blank' },
  });
  const memberIds = found.members.map(({ id }) => id);
  const busyIds = found.operations.flatMap((row) =>
    row.target_kind === 'vm' ? [row.target_id] : [],
  );
  const vms = await store.read({
    from: 'vms',
    where: { id: { in: [...new Set([...memberIds, ...busyIds])] } },
    damaged: 'blank',
  });
  const groupOf = new Map<string, string>(found.members.map((row) => [row.id, row.group_id]));
  const around: Around = {
    operations: new Map(found.operations.map((row) => [row.id, row])),
    claimOf: new Map(
      found.claims.filter((row) => !isVictim(row)).map((row) => [row.operation_id, row]),
    ),
    nodes: found.nodes,
    groupOf,
    byId: new Map<string, VmRow>(vms.map((row) => [row.id, row])),
    tenantId,
  };
  const healedMs = await findHealed(store, found.claims);
  const sinceMs = nowMs - STARTING_MS_MAX;
  const healed = [...healedMs].flatMap(([id, atMs]) => (atMs > sinceMs ? [id] : []));
  const members = vms.filter(({ id }) => groupOf.has(id));
  const begun = await findBegun(store, members, sinceMs);
  return {
    version: found.rules[0]?.version ?? 0,
    work: [
      ...found.operations.map((row) => toWork(row, around)),
      ...toVictims(found.claims, around),
    ],
    groups: budgetsOf(found.groups, {
      ...found,
      groupOf,
      vms,
      booted: new Set([...healed, ...begun]),
    }),
    claims: found.claims,
    healedMs,
    nodes: found.nodes,
    groupOf,
  };
}

/** Operations that can be rolled back in the middle without harm. */
const CANCELLABLE = [
  'vm.migrate',
  'optimizer.rebalance',
  'optimizer.consolidate',
  'optimizer.reduce_cost',
  'optimizer.defragment',
];

/** Context for the classification of operations. */
interface Around {
  readonly operations: ReadonlyMap<string, OperationRow>;
  /** The claim of each operation that had to begin as the arbiter decides. */
  readonly claimOf: ReadonlyMap<string | null, ArbiterClaimRow>;
  readonly nodes: readonly Tables['nodes'][];
  readonly groupOf: ReadonlyMap<string, string>;
  readonly byId: ReadonlyMap<string, VmRow>;
  readonly tenantId: string;
}

function toWork(row: OperationRow, around: Around): Work {
  const { id, kind, target_id, created_by } = row;
  const isShown = row.tenant_id === around.tenantId || isOwnPart(created_by);
  const vmId = row.target_kind === 'vm' && !ONLY_STEPS.includes(kind) ? target_id : null;
  const vm = vmId === null ? undefined : around.byId.get(vmId);
  return {
    operationId: id,
    operation: kind,
    class: classOf(row, around),
    by: isShown ? created_by : 'an operator',
    vmId,
    groupId: around.groupOf.get(target_id) ?? null,
    parentId: around.claimOf.get(id)?.parent_id ?? null,
    zone: vm === undefined ? null : zoneOf(vm, around.nodes),
    nodes: nodesOf(row, around.nodes),
    cancellable: row.status === 'running' && CANCELLABLE.includes(kind) ? 'yes' : 'no',
  };
}

/** Operations that change nothing themselves: their steps are operations that do. */
const ONLY_STEPS = ['drift.remediate', 'compliance_finding.correct'];

/** VMs that operations stop for their own VM, each as work of its own. */
function toVictims(claims: readonly ArbiterClaimRow[], around: Around): readonly Work[] {
  return claims.flatMap((claim) => {
    const row = around.operations.get(claim.operation_id ?? '');
    if (row === undefined || !isVictim(claim)) return [];
    const { vm_id: vmId, group_id: groupId, zone } = claim;
    return [{ ...toWork(row, around), vmId, groupId, zone, nodes: [] }];
  });
}

/** The zone of the node that a VM is on. */
export function zoneOf(row: VmRow, nodes: readonly Tables['nodes'][]): string | null {
  const [node] = mapReadable([row], (vm) => observedOf(vm).node);
  return nodes.find(({ name }) => name === node)?.zone ?? null;
}

/**
 * Returns the class of an operation. Requests of people have no claim. A step of a
 * person's request counts as that person's.
 */
function classOf(row: OperationRow, around: Around): Work['class'] {
  const claim = around.claimOf.get(row.id);
  if (claim !== undefined) {
    const parent = around.operations.get(claim.parent_id ?? '');
    const isAsked = parent !== undefined && classOf(parent, around) === 'operator';
    return isAsked ? 'operator' : classOfClaim(claim);
  }
  const { kind, created_by: by } = row;
  if (by === OWN_PRINCIPALS.optimizer) return 'consolidation';
  if (by !== OWN_PRINCIPALS.platform) return isOwn(by) ? 'maintenance' : 'operator';
  if (kind !== 'vm.migrate') return 'maintenance';
  // A move of a plan is as urgent as the plan, of which one is under way at a time.
  const plan = [...around.operations.values()].find(
    (each) => each.kind === 'node.drain' || isPlan(each),
  );
  return plan === undefined || plan.created_by === OWN_PRINCIPALS.optimizer
    ? 'consolidation'
    : 'operator';
}

function isPlan({ kind }: OperationRow): boolean {
  return kind.startsWith('optimizer.');
}

function isOwnPart(name: string): boolean {
  return Object.values(OWN_PRINCIPALS).some((each) => each === name);
}

function isOwn(name: string): boolean {
  const { driftRemediator, complianceCorrector } = OWN_PRINCIPALS;
  return name === driftRemediator || name === complianceCorrector || name.startsWith('policy:');
}

/** A plan for the fleet changes the nodes that it empties. */
function nodesOf(row: OperationRow, nodes: readonly Tables['nodes'][]): readonly ClaimedNode[] {
  const own = nodes.filter((node) =>
    row.target_kind === 'node'
      ? node.id === row.target_id
      : isPlan(row) && node.status === 'draining',
  );
  return own.map(({ name, zone }) => ({ name, zone, use: 'exclusive' }));
}

function budgetsOf(
  groups: readonly Tables['vm_groups'][],
  around: {
    readonly vms: readonly VmRow[];
    readonly nodes: readonly Tables['nodes'][];
    readonly groupOf: ReadonlyMap<string, string>;
    /** Those that NovaCron has healed lately, and those whose guests began to boot lately. */
    readonly booted: ReadonlySet<string>;
  },
): readonly BudgetedGroup[] {
  const lost = new Set<unknown>(
    around.nodes.filter(({ status }) => status === 'lost').map(({ name }) => name),
  );
  return mapReadable(groups, (row) => {
    const members = around.vms.filter(({ id }) => around.groupOf.get(id) === row.id);
    const down = mapReadable(members, (vm) => {
      const { status, node } = observedOf(vm);
      return status === 'running' && !lost.has(node) ? [] : [vm.id];
    });
    const unhealthy = mapReadable(members, (vm) =>
      healthOf(observedOf(vm))?.state === 'unhealthy' ? [vm.id] : [],
    ).flat();
    const booted = members.filter(({ id }) => around.booted.has(id));
    const starting = mapReadable(booted, (vm) => (isStarting(vm) ? [vm.id] : [])).flat();
    const { max_unavailable: downMax } = desiredAs(row, VmGroupSpec);
    const missing = Math.max(0, row.size - members.length);
    return { id: row.id, name: row.name, down: down.flat(), unhealthy, starting, missing, downMax };
  });
}

/** Whether the guest of a VM that runs may still boot: a reset leaves what was known before. */
function isStarting(row: VmRow): boolean {
  const health = shownHealthOf(row);
  return health === 'starting' || health === 'unhealthy';
}

function shownHealthOf(row: VmRow): VmHealth | null {
  const observed = observedOf(row);
  const healing = desiredAs(row, VmSpec).healing ?? null;
  return shownHealth({ healing }, observed, observed.status);
}

/** Operations after which nothing is known of a guest until its check succeeds or fails. */
const BOOTS = ['vm.create', 'vm.start', 'vm.recover'];

/**
 * Members whose guests began to boot lately, also where a person asked for that, and of whose
 * health nothing is known yet. One that replaces another is among them: it was not healed itself.
 */
async function findBegun(
  store: Store,
  members: readonly VmRow[],
  sinceMs: number,
): Promise<readonly string[]> {
  const ids = mapReadable(members, (vm) =>
    shownHealthOf(vm) === 'starting' ? [vm.id] : [],
  ).flat();
  if (ids.length === 0) return [];
  const ended = await store.read({
    from: 'operations',
    where: {
      target_id: { in: ids },
      kind: { in: BOOTS },
      status: 'succeeded',
      finished_at_ms: { above: sinceMs },
    },
    damaged: 'blank',
  });
  return ended.map(({ target_id }) => target_id);
}

async function findHealed(
  store: Store,
  claims: readonly ArbiterClaimRow[],
): Promise<ReadonlyMap<string, number>> {
  const healing = claims.filter((row) => row.class === 'recovery' && row.vm_id !== null);
  const ids = healing.flatMap(({ operation_id: id }) => (id === null ? [] : [id]));
  if (ids.length === 0) return new Map();
  const ended = await store.read({
    from: 'operations',
    where: { id: { in: ids }, status: 'succeeded' },
    damaged: 'blank',
  });
  const healed = new Map<string, number>();
  for (const { target_id: id, finished_at_ms: atMs } of ended) {
    healed.set(id, Math.max(healed.get(id) ?? 0, atMs ?? 0));
  }
  return healed;
}
