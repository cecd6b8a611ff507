/**
 * Restarts preempted VMs as soon as their nodes have room again: by priority, then the oldest
 * first. One server does it, under the lease.
 */
import { VmSpec } from '@novacron/contract/kinds/vm/vm';
import type { Amounts } from '@novacron/engine/placement/place/model/placement';
import type { AllocationRow } from '../../../ports/tables/allocation-row.ts';
import type { NodeRow } from '../../../ports/tables/node-row.ts';
import type { VmRow } from '../../../ports/tables/tables.ts';
import { chargeOfVms, checkQuota } from '../../access/quota/tenant-quota.ts';
import { beginWrite } from '../../kernel/arbitration/begin-write.ts';
import type { BeginParts } from '../../kernel/arbitration/platform-write.ts';
import { eventChange } from '../../kernel/events/events.ts';
import { platformContext } from '../../kernel/operations/platform-caller.ts';
import type { Reconciler, ReconcilerBudget } from '../../kernel/reconcilers/reconciler.ts';
import { commitChanges } from '../../kernel/write/commit-changes.ts';
import { NOTHING } from '../../placement/previews/preview-run.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { prepareVmStart } from '../../resources/vm/power/prepare-vm-power.ts';
import { desiredAs, mapReadable, observedOf } from '../../rows/answer-resource.ts';
import { amountsOf, subtract } from '../../rows/vm-amounts.ts';

/** Interval between checks: capacity may be free that long before it is used. */
const LOOK_MS = 30_000;

/** Maximum number of starts a round; the others wait for the next one. */
const STARTS_PER_ROUND_MAX = 16;

/** Backoff after a policy refused a start: each refusal is an entry of the audit log. */
const REFUSED_MS = 600_000;

/**
 * Time at which policies may be asked again, by the id of the VM that they refused to start. Unit:
 * ms.
 */
type RefusedUntil = Map<string, number>;

/** Dependencies of restarting preempted VMs. */
export type RestartParts = BeginParts<CapabilityDeps>;

/** Starts preempted VMs again once their nodes have room. */
export function preemptedRestart(parts: RestartParts): Reconciler {
  const refused: RefusedUntil = new Map();
  return {
    name: 'preempted-restart',
    summary: 'Starts preempted VMs again once their nodes have room.',
    everyMs: LOOK_MS,
    lease: 'reconcilers',
    run: async (budget) => {
      await startSome(parts, budget, refused);
      return undefined;
    },
  };
}

interface Waiting {
  readonly row: VmRow;
  readonly spec: VmSpec;
  readonly nodeId: string;
}

async function startSome(
  parts: RestartParts,
  budget: ReconcilerBudget,
  refused: RefusedUntil,
): Promise<void> {
  const { deps } = parts;
  const nowMs = deps.clock.nowMs();
  for (const [id, untilMs] of refused) if (untilMs <= nowMs) refused.delete(id);
  const waiting = (await findWaiting(deps)).filter(({ row }) => !refused.has(row.id));
  if (waiting.length === 0) return;
  const { nodes, quotas } = await deps.store.snapshot({
    nodes: { from: 'nodes' },
    quotas: {
      from: 'tenant_quotas',
      where: { id: { in: waiting.map(({ row }) => row.tenant_id) } },
    },
  });
  const free = new Map<string, ReturnType<typeof freeOf>>(
    nodes.map((node) => [node.id, freeOf(node)]),
  );
  let started = 0;
  for (const each of waiting) {
    const { row, spec, nodeId } = each;
    if (!budget.mayContinue()) break;
    const left = subtract(free.get(nodeId) ?? NOTHING, { ...amountsOf(spec), diskGb: 0 });
    const charge = chargeOfVms(0, { ...amountsOf(spec), diskGb: 0 });
    const quota = quotas.find(({ id }) => id === row.tenant_id);
    // Asked before: a refusal of the write would be one more entry of the audit log each round.
    const isRefused = left.cpuCores < 0 || left.memoryMib < 0 || checkQuota(quota, charge);
    if (isRefused || !(await start(parts, budget, { ...each, refused }))) continue;
    free.set(nodeId, left);
    started += 1;
    if (started === STARTS_PER_ROUND_MAX) break;
  }
}

async function start(
  parts: RestartParts,
  { guard }: ReconcilerBudget,
  { row, spec, refused }: Waiting & { readonly refused: RefusedUntil },
): Promise<boolean> {
  const { deps } = parts;
  const begun = await beginWrite(parts, {
    who: 'preempted-restart',
    class: 'scaling',
    target: { kind: 'vm', row, effect: 'none', priority: spec.priority },
    guard,
    name: 'vm.start',
    input: { id: row.id },
    prepare: prepareVmStart,
    context: platformContext(deps, row.tenant_id, 'platform'),
  });
  if (begun.kind !== 'refused') return begun.kind === 'started';
  deps.logger.info({ vm: row.id, problem: begun.problem }, 'a preempted VM is still waiting');
  if (begun.problem.code === 'policy-denied') {
    refused.set(row.id, deps.clock.nowMs() + REFUSED_MS);
    await tellRefused(parts, row, begun.problem.detail);
  }
  return false;
}

/** No request asked for the start, so the refusal is logged. */
async function tellRefused({ deps }: RestartParts, row: VmRow, detail: string) {
  await commitChanges(deps, [
    eventChange(deps, {
      tenantId: row.tenant_id,
      type: 'vm.start.refused',
      source: 'vm',
      target: row.id,
      priority: 'high',
      data: { name: row.name, detail },
    }),
  ]);
}

/** Preempted VMs whose desired state is running, and that have no operation in progress. */
async function findWaiting({ store }: CapabilityDeps): Promise<readonly Waiting[]> {
  const held = await store.read({
    from: 'allocations',
    where: { spot_priority: { above: -1 }, cpu_cores: 0 },
    orderBy: { column: 'spot_priority', direction: 'asc' },
  });
  if (held.length === 0) return [];
  const byVm = new Map<string, AllocationRow>(held.map((row) => [row.vm_id, row]));
  const where = { id: { in: [...byVm.keys()] }, busy_operation_id: null };
  const rows = await store.read({ from: 'vms', where });
  const waiting = mapReadable(rows, (row): Waiting[] => {
    const spec = desiredAs(row, VmSpec);
    const isWaiting = observedOf(row).status === 'preempted' && spec.power_state === 'running';
    const nodeId = byVm.get(row.id)?.node_id;
    return isWaiting && nodeId !== undefined ? [{ row, spec, nodeId }] : [];
  });
  return waiting
    .flat()
    .sort(
      (left, right) =>
        right.spec.priority - left.spec.priority || (left.row.id < right.row.id ? -1 : 1),
    );
}

/** A node that takes no VMs now has no room. */
function freeOf(node: NodeRow): Amounts {
  if (node.status !== 'ready') return NOTHING;
  return {
    cpuCores: node.cpu_cores - node.cpu_cores_used,
    memoryMib: node.memory_mib - node.memory_mib_used,
    diskGb: 0,
  };
}
