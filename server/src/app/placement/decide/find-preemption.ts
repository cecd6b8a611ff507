/** Finds spot VMs that make room for a VM, among those that run and that no operation works on. */
import { NodeId } from '@novacron/contract/ids';
import { VmSpec } from '@novacron/contract/kinds/vm/vm';
import type { PlacementDecision } from '@novacron/contract/placement/placement';
import type { Env } from '@novacron/engine/env';
import type { PreviewedPlace } from '@novacron/engine/placement/place/decide/place-as-previewed';
import type { FleetOverlay } from '@novacron/engine/placement/place/index/fleet-overlay';
import type { PlacementRequest } from '@novacron/engine/placement/place/model/placement';
import type { SpotVm } from '@novacron/engine/placement/place/preemption/choose-victims';
import { explainPreemptingPlan } from '@novacron/engine/placement/place/preemption/explain-preemption';
import { planPreemption } from '@novacron/engine/placement/place/preemption/plan-preemption';
import type { Store } from '../../../ports/store.ts';
import type { AllocationRow } from '../../../ports/tables/allocation-row.ts';
import type { Tables, VmRow } from '../../../ports/tables/tables.ts';
import { chooseStoppable, type StoppableVms } from '../../kernel/arbitration/choose-victims.ts';
import {
  attachmentVersionId,
  checkVolumeWork,
  VOLUME_WORK,
} from '../../kernel/operations/volume-lock.ts';
import { desiredAs, mapReadable, observedOf } from '../../rows/answer-resource.ts';
import { amountsHeldBy } from '../../rows/vm-amounts.ts';

/**
 * Maximum number of selections of other VMs if some of the VMs selected before cannot be stopped
 * now.
 */
const ROUNDS_MAX = 8;

/** A spot VM that is stopped for another VM. */
export interface Victim {
  readonly row: VmRow;
  readonly allocation: AllocationRow;
  readonly priority: number;
  /** The locks of its volumes. */
  readonly rules: readonly Tables['rule_versions'][];
}

/** A placement, and the VMs that are stopped for it. */
export interface PreemptingPlace extends PreviewedPlace {
  readonly victims: readonly Victim[];
  /** The same, as the arbiter saw them; absent where there are none. */
  readonly stoppable?: StoppableVms | undefined;
}

/** A VM that no node can hold. */
export interface UnplacedVm {
  readonly tenantId: string;
  readonly ask: PlacementRequest;
  /** The decision that a preview has shown. */
  readonly kept: PlacementDecision | undefined;
  /** The fleet as it stands at the time of the call. */
  readonly indexed: () => FleetOverlay;
}

/**
 * Places a VM where running spot VMs of any tenant make room.
 * Those that something more urgent claims, or that their VM group cannot spare, are not stopped.
 * @returns the placement; undefined for a VM that is a spot VM itself, and where no set of spot VMs
 *   would help
 */
export async function findPreemption(
  store: Store,
  vm: UnplacedVm,
  env: Env,
): Promise<PreemptingPlace | undefined> {
  if (vm.ask.vm.spot === 'yes') return undefined;
  const rows = await store.read({
    from: 'allocations',
    where: { spot_priority: { above: -1 } },
    orderBy: { column: 'spot_priority', direction: 'asc' },
  });
  const held = new Map(rows.filter(isHeld).map((row) => [row.vm_id, row]));
  let spotVms = [...held.values()].map(toSpotVm);
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const choices = { spotVms, shownNode: vm.kept?.target_node };
    const planned = planPreemption(vm.indexed(), vm.ask, choices, env);
    if (planned === undefined) return undefined;
    const ids = new Set(planned.victims.map(({ id }) => id));
    const idle = await readVictims(store, [...ids], held);
    const by = { tenantId: vm.tenantId, nowMs: env.nowMs };
    const stoppable = await chooseStoppable(
      store,
      idle.map(({ row }) => row),
      by,
    );
    const chosen = new Set(stoppable.intents.map((intent) => intent.vm?.id));
    const victims = idle.filter(({ row }) => chosen.has(row.id));
    if (victims.length === ids.size) {
      const named = victims.map((each) => toNamed(each, vm.tenantId));
      const shown = { name: vm.ask.vm.name, kept: vm.kept };
      return { ...explainPreemptingPlan(planned.plan, named, shown), victims, stoppable };
    }
    for (const { row } of victims) ids.delete(row.id);
    spotVms = spotVms.filter(({ id }) => !ids.has(id));
  }
  return undefined;
}

/** A VM that was preempted holds nothing that could be freed. */
function isHeld({ cpu_cores }: AllocationRow): boolean {
  return cpu_cores > 0;
}

function toSpotVm(row: AllocationRow): SpotVm {
  return {
    id: row.vm_id,
    nodeId: NodeId.parse(row.node_id),
    priority: row.spot_priority ?? 0,
    frees: { ...amountsHeldBy(row), diskGb: 0 },
  };
}

/** Reads those of them that run, and that no operation works on. */
async function readVictims(
  store: Store,
  ids: readonly string[],
  held: ReadonlyMap<string, AllocationRow>,
): Promise<readonly Victim[]> {
  if (ids.length === 0) return [];
  const found = await store.snapshot({
    vms: { from: 'vms', where: { id: { in: ids }, busy_operation_id: null } },
    volumeWork: VOLUME_WORK,
    rules: { from: 'rule_versions', where: { id: { in: ids.map(attachmentVersionId) } } },
  });
  const victims = mapReadable(found.vms, (row): Victim[] => {
    const allocation = held.get(row.id);
    const { spot, priority } = desiredAs(row, VmSpec);
    const isIdle = checkVolumeWork(row, found.volumeWork) === undefined;
    const isRunning = observedOf(row).status === 'running';
    if (allocation === undefined || !spot || !isIdle || !isRunning) return [];
    const rules = found.rules.filter(({ id }) => id === attachmentVersionId(row.id));
    return [{ row, allocation, priority, rules }];
  });
  return victims.flat();
}

/** The names of other tenants' VMs are not shown. */
function toNamed({ row, priority }: Victim, tenantId: string) {
  return { name: row.tenant_id === tenantId ? row.name : undefined, priority };
}
