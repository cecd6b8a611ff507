/**
 * Starts VMs of dead nodes on other nodes, if they ask for it (`healing.on_node_loss`). One server
 * does it, under the lease.
 */
import { VmSpec } from '@novacron/contract/kinds/vm/vm';
import type { Problem } from '@novacron/contract/problem/problem';
import { explainRecoveries } from '@novacron/engine/recovery/explain-recoveries';
import { planRecoveries } from '@novacron/engine/recovery/plan-recoveries';
import type { VmRow } from '../../../ports/tables/tables.ts';
import { admitWrite } from '../../kernel/admission/admit-write.ts';
import { eventChange } from '../../kernel/events/events.ts';
import type { OperationExecutor } from '../../kernel/operations/execute-operations.ts';
import { platformContext } from '../../kernel/operations/platform-caller.ts';
import type { Reconciler, ReconcilerBudget } from '../../kernel/reconcilers/reconciler.ts';
import { prepareVmRecover } from '../../resources/vm/recover/prepare-vm-recover.ts';
import { desiredAs, mapReadable, observedOf } from '../../rows/answer-resource.ts';
import { amountsOf } from '../../rows/vm-amounts.ts';
import type { CapabilityDeps } from '../deps.ts';

/** How often it looks; most of the time of a recovery is the boot of the guest. */
const LOOK_MS = 5_000;

/** Recoveries of the fleet at a time: all of them read from the same storage. */
const UNDER_WAY_MAX = 16;

/** Backoff of a VM that was refused, doubled with each refusal up to the maximum. */
const AGAIN_MS_MIN = 15_000;
const AGAIN_MS_MAX = 900_000;

/** What recovering needs. */
export interface RecoveryParts {
  readonly deps: CapabilityDeps;
  readonly executor: Pick<OperationExecutor, 'start'>;
  readonly onEvents: () => void;
}

interface Refusal {
  readonly tries: number;
  readonly notBeforeMs: number;
  readonly detail: string;
}

/** Refusals by the id of the VM; another server that takes over tries each once more. */
type Refusals = Map<string, Refusal>;

/** Starts VMs of dead nodes elsewhere. */
export function recoveries(parts: RecoveryParts): Reconciler {
  const refusals: Refusals = new Map();
  return {
    name: 'recoveries',
    summary: 'Starts VMs of nodes that are confirmed dead on other nodes, if they ask for it.',
    everyMs: LOOK_MS,
    lease: 'reconcilers',
    run: async (budget) => {
      if ((await recoverSome(parts, budget, refusals)) > 0) parts.onEvents();
      return undefined;
    },
  };
}

interface Waiting {
  readonly row: VmRow;
  readonly spec: VmSpec;
}

/** @returns how many were begun or refused */
async function recoverSome(
  parts: RecoveryParts,
  budget: ReconcilerBudget,
  refusals: Refusals,
): Promise<number> {
  const { store, clock } = parts.deps;
  const waiting = await findWaiting(parts.deps);
  const byId = new Map<string, Waiting>(waiting.map((each) => [each.row.id, each]));
  for (const id of refusals.keys()) if (!byId.has(id)) refusals.delete(id);
  if (waiting.length === 0) return 0;
  const where = { kind: 'vm.recover', status: 'running' } as const;
  const underWay = await store.count({ from: 'operations', where, limit: UNDER_WAY_MAX });
  const failed = await findFailed(parts.deps, waiting);
  const vms = waiting.map(({ row, spec }) => ({
    id: row.id,
    name: row.name,
    priority: spec.priority,
    memoryMib: amountsOf(spec).memoryMib,
    notBeforeMs: refusals.get(row.id)?.notBeforeMs ?? failed.get(row.id) ?? null,
  }));
  const round = { vms, underWay, underWayMax: UNDER_WAY_MAX };
  const plan = planRecoveries(round, { nowMs: clock.nowMs() });
  for (const line of explainRecoveries(plan)) parts.deps.logger.info({}, line);
  let tried = 0;
  for (const { id } of plan.begin) {
    const found = byId.get(id);
    if (found === undefined || !budget.mayContinue()) break;
    const refused = await recover(parts, found.row);
    if (refused === undefined) refusals.delete(id);
    else await keepRefusal(parts, { found, refused, refusals, guard: budget.guard });
    tried += 1;
  }
  return tried;
}

/** VMs of dead nodes that should run, ask for a restart, and are not being changed. */
async function findWaiting({ store }: CapabilityDeps): Promise<readonly Waiting[]> {
  const dead = await store.read({
    from: 'nodes',
    where: { status: 'lost', fenced_json: { not: null } },
  });
  if (dead.length === 0) return [];
  const held = await store.read({
    from: 'allocations',
    where: { node_id: { in: dead.map(({ id }) => id) } },
  });
  const rows = await store.read({
    from: 'vms',
    where: { id: { in: held.map(({ vm_id }) => vm_id) }, busy_operation_id: null },
  });
  const names = new Set<unknown>(dead.map(({ name }) => name));
  return mapReadable(rows, (row): readonly Waiting[] => {
    const spec = desiredAs(row, VmSpec);
    const { node, status } = observedOf(row);
    const asksForIt = spec.healing?.on_node_loss === 'restart' && spec.power_state === 'running';
    return asksForIt && names.has(node) && status !== 'failed' ? [{ row, spec }] : [];
  }).flat();
}

/** Operations that a round looks at; more failures than that wait for the longest time anyhow. */
const FAILED_MAX = 1_000;

/** When VMs whose recovery has failed are tried again: after their own failures only. */
async function findFailed(
  { store }: CapabilityDeps,
  waiting: readonly Waiting[],
): Promise<ReadonlyMap<string, number>> {
  const failed = await store.read({
    from: 'operations',
    where: {
      kind: 'vm.recover',
      status: 'failed',
      target_id: { in: waiting.map(({ row }) => row.id) },
    },
    orderBy: { column: 'created_at_ms', direction: 'desc' },
    limit: FAILED_MAX,
    damaged: 'blank',
  });
  const tries = new Map<string, number>();
  const lastMs = new Map<string, number>();
  for (const { target_id: id, finished_at_ms: atMs } of failed) {
    tries.set(id, (tries.get(id) ?? 0) + 1);
    lastMs.set(id, Math.max(lastMs.get(id) ?? 0, atMs ?? 0));
  }
  return new Map([...lastMs].map(([id, atMs]) => [id, atMs + backoffMs(tries.get(id) ?? 1)]));
}

/** Binary exponential backoff. @param tries - how often it was tried in vain, at least once */
function backoffMs(tries: number): number {
  return Math.min(AGAIN_MS_MAX, AGAIN_MS_MIN * 2 ** (tries - 1));
}

/** @returns why it was refused */
async function recover(
  { deps, executor }: RecoveryParts,
  row: VmRow,
): Promise<Problem | undefined> {
  const context = platformContext(deps, row.tenant_id, 'healer');
  const admitted = await admitWrite('vm.recover', { id: row.id }, prepareVmRecover, deps, context);
  if (!admitted.ok) return admitted.error;
  executor.start(admitted.value.operation);
  return undefined;
}

/** The same refusal is published once; one for another reason again. */
async function keepRefusal(
  { deps }: RecoveryParts,
  {
    found: { row },
    refused,
    refusals,
    guard,
  }: {
    readonly found: Waiting;
    readonly refused: Problem;
    readonly refusals: Refusals;
    readonly guard: ReconcilerBudget['guard'];
  },
): Promise<void> {
  const { detail, remedy } = refused;
  const before = refusals.get(row.id);
  const tries = (before?.tries ?? 0) + 1;
  const waitMs = backoffMs(tries);
  refusals.set(row.id, { tries, notBeforeMs: deps.clock.nowMs() + waitMs, detail });
  if (before?.detail === detail) return;
  const event = {
    tenantId: row.tenant_id,
    type: 'vm.not_recovered',
    source: 'healing',
    target: row.id,
    priority: 'high',
    data: { name: row.name, node: observedOf(row).node, detail, remedy },
  } as const;
  await deps.store.commit([guard(), eventChange(deps, event)]);
}
