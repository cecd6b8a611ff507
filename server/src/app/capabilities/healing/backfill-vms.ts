/**
 * Completes VMs of earlier releases: their address, their power state, the mark of spot VMs, and
 * what they hold of the NUMA cells of their nodes.
 */
import { canonicalJson } from '@novacron/contract/json';
import { VmSpec } from '@novacron/contract/kinds/vm/vm';
import type { Change } from '../../../ports/store.ts';
import type { AllocationRow } from '../../../ports/tables/allocation-row.ts';
import type { VmRow } from '../../../ports/tables/tables.ts';
import { readPages } from '../../kernel/lists/read-pages.ts';
import type { Reconciler } from '../../kernel/reconcilers/reconciler.ts';
import { changeIdle, requireSame } from '../../kernel/resource-rows/new-row.ts';
import { furtherInterfacesOf } from '../../resources/network/further-interfaces.ts';
import { addressFields, addressOf, planAddress } from '../../resources/network/plan-address.ts';
import { claimColumns } from '../../rows/allocation-claims.ts';
import { desiredAs, desiredOf, mapReadable, observedOf } from '../../rows/answer-resource.ts';
import { replan } from '../../rows/replan.ts';
import type { CapabilityDeps } from '../deps.ts';

/** How often all VMs are checked again: a server of an earlier release may have run. */
const COMPLETION_MS = 86_400_000;

/** Page size: requests are served between pages. */
const VMS_PER_PAGE = 200;

/**
 * Checks every VM once. One that is being changed, or whose network is full, is completed by its
 * next change.
 * @param mayGive - whether this server still holds the lease
 * @returns how many VMs were completed
 */
export async function backfillVms(deps: CapabilityDeps, mayGive: () => boolean): Promise<number> {
  let given = 0;
  const read = (after: string) =>
    deps.store.read({ from: 'vms', where: { id: { above: after } }, limit: VMS_PER_PAGE });
  const pages = readPages({ length: VMS_PER_PAGE, read, mayContinue: mayGive });
  for await (const rows of pages) {
    const idle = rows.filter(({ busy_operation_id }) => busy_operation_id === null);
    for (const row of mapReadable(idle, requireReadable)) {
      if (lacksPower(row)) given += await backfillPower(deps, row);
      if (lacksAddress(row)) given += await backfillAddress(deps, row);
      if (desiredOf(row).spot === true) given += await backfillSpotMark(deps, row);
      given += await backfillClaims(deps, row);
    }
  }
  if (given > 0) deps.logger.info({ vms: given }, 'VMs of an earlier release were completed');
  return given;
}

/** @throws damagedRow */
function requireReadable(row: VmRow): VmRow {
  observedOf(row);
  desiredAs(row, VmSpec);
  return row;
}

/** Completes VMs of an earlier release. */
export function vmCompletion(deps: CapabilityDeps): Reconciler {
  return {
    name: 'vm-completion',
    summary: 'Completes records of VMs that an earlier release created.',
    everyMs: COMPLETION_MS,
    lease: 'reconcilers',
    wakesOn: ['lease-gained'],
    run: async ({ mayContinue }) => {
      await backfillVms(deps, mayContinue);
      return undefined;
    },
  };
}

function lacksAddress(row: VmRow): boolean {
  return row.network_id !== null && addressOf(row) === undefined;
}

function lacksPower(row: VmRow): boolean {
  return observedOf(row).status === 'stopped' && desiredOf(row).power_state === undefined;
}

/**
 * The owner who stopped it last did not want it to run. One that was created or started last has
 * lost its power since: healing starts it. Without such an entry it stays as it is.
 */
async function wasStopped({ store }: CapabilityDeps, { id }: VmRow): Promise<boolean> {
  const [last] = await store.read({
    from: 'operations',
    where: {
      target_id: id,
      status: 'succeeded',
      kind: { in: ['vm.create', 'vm.start', 'vm.stop'] },
    },
    orderBy: { column: 'id', direction: 'desc' },
    limit: 1,
    damaged: 'blank',
  });
  return last === undefined || last.kind === 'vm.stop';
}

async function backfillPower(deps: CapabilityDeps, row: VmRow): Promise<0 | 1> {
  if (!(await wasStopped(deps, row))) return 0;
  const desired_json = canonicalJson({ ...desiredOf(row), power_state: 'stopped' });
  const done = await deps.store.commit([changeIdle('vm', row, { desired_json })]);
  return done.ok ? 1 : 0;
}

async function backfillAddress(deps: CapabilityDeps, row: VmRow): Promise<0 | 1> {
  const [network] = await deps.store.read({
    from: 'networks',
    where: { id: row.network_id ?? '' },
  });
  const asker = { id: row.id, name: row.name, network, wanted: null };
  const planned = await planAddress(asker, { deps, nowMs: deps.clock.nowMs() });
  if (!planned.ok) {
    deps.logger.warn({ vm: row.id, problem: planned.error }, 'a VM still has no address');
    return 0;
  }
  const further = furtherInterfacesOf(row);
  const fields = addressFields(row.network_id, planned.value.address, further);
  const observed = { ...observedOf(row), ...fields };
  const done = await deps.store.commit([
    ...(planned.value.saga.reserve ?? []),
    changeIdle('vm', row, { observed_json: canonicalJson(observed) }),
  ]);
  return done.ok ? 1 : 0;
}

/**
 * Earlier releases placed VMs by NUMA cells and did not record it. Only their allocations have no
 * mark: what a VM of this release was placed with stays, whatever was configured since.
 */
async function backfillClaims(deps: CapabilityDeps, row: VmRow): Promise<0 | 1> {
  const claims = claimColumns(desiredAs(row, VmSpec));
  if (claims.has_claims !== 1) return 0;
  const held = await deps.store.read({ from: 'allocations', where: { vm_id: row.id } });
  const unmarked = held.filter(({ has_claims }) => has_claims === null);
  return setAllocations(deps, row, unmarked, claims);
}

async function setAllocations(
  { store }: CapabilityDeps,
  row: VmRow,
  allocations: readonly AllocationRow[],
  set: Partial<AllocationRow>,
): Promise<0 | 1> {
  if (allocations.length === 0) return 0;
  const otherwise = replan(`The VM ${row.name}`);
  const done = await store.commit([
    requireSame('vm', row),
    ...allocations.map(
      ({ id }): Change => ({ kind: 'update', table: 'allocations', id, set, otherwise }),
    ),
  ]);
  return done.ok ? 1 : 0;
}

/** Earlier releases change unknown fields without saying so. */
async function backfillSpotMark(deps: CapabilityDeps, row: VmRow): Promise<0 | 1> {
  const spec = desiredAs(row, VmSpec);
  const held = await deps.store.read({ from: 'allocations', where: { vm_id: row.id } });
  const unmarked = held.filter(({ spot_priority }) => spot_priority !== spec.priority);
  return setAllocations(deps, row, unmarked, { spot_priority: spec.priority });
}
