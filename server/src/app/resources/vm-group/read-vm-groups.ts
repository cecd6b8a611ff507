/** Reads VM groups with their members. */

import { toAmount } from '@novacron/contract/cost/money';
import {
  DRIFTED_MEMBERS,
  UNRESTORED_MEMBERS,
  VmGroup,
} from '@novacron/contract/kinds/vm-group/vm-group';
import type { Problem } from '@novacron/contract/problem/problem';
import { ok, type Result } from '@novacron/contract/result';
import type { Store } from '../../../ports/store.ts';
import type { Tables, VmGroupRow } from '../../../ports/tables/tables.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import type { ListInput } from '../../kernel/lists/read-list.ts';
import { getResource, listResources } from '../../kernel/resource-rows/read-resources.ts';
import { sumOfRates } from '../../placement/prices/price-writes.ts';
import { desiredOf, mapReadable, observedOf, toAnswer } from '../../rows/answer-resource.ts';
import { isServing } from '../../rows/observed/observed-health.ts';
import type { Page } from '../../rows/page.ts';
import type { MemberDrift, ResourceDeps } from '../deps.ts';
import { withoutGivenKeys } from '../ssh-key/given-keys.ts';
import { readUnobserved, shownStatus } from '../vm/read/shown-status.ts';
import { readMemberDrift } from './member-drift.ts';

/** A group's members. */
export interface Members {
  /** In the order of their numbers. */
  readonly vms: readonly Tables['vms'][];
  /** Numbers that are taken. */
  readonly ordinals: ReadonlySet<number>;
  /** The number of each member, by the id of its VM. */
  readonly ordinalOf: ReadonlyMap<string, number>;
  /**
   * Rows of members whose VM was deleted by a server of the previous release, which does not know
   * groups.
   */
  readonly orphans: readonly string[];
}

/** Reads the members of groups, by the id of the group. */
async function readMembers(
  store: Store,
  groupIds: readonly string[],
): Promise<ReadonlyMap<string, Members>> {
  const rows = await store.read({
    from: 'vm_group_members',
    where: { group_id: { in: groupIds } },
  });
  const vms = await store.read({ from: 'vms', where: { id: { in: rows.map(({ id }) => id) } } });
  const byId = new Map<string, Tables['vms']>(vms.map((vm) => [vm.id, vm]));
  return new Map(
    groupIds.map((groupId) => {
      const own = rows.filter(({ group_id }) => group_id === groupId);
      const sorted = [...own].sort((left, right) => left.ordinal - right.ordinal);
      const members = {
        vms: sorted.flatMap(({ id }) => byId.get(id) ?? []),
        ordinals: new Set(own.map(({ ordinal }) => ordinal)),
        ordinalOf: new Map(own.map(({ id, ordinal }) => [id, ordinal])),
        orphans: own.filter(({ id }) => !byId.has(id)).map(({ id }) => id),
      };
      return [groupId, members];
    }),
  );
}

/** Reads the members of one group. */
export async function readMembersOf(store: Store, groupId: string): Promise<Members> {
  const found = (await readMembers(store, [groupId])).get(groupId);
  return found ?? { vms: [], ordinals: new Set(), ordinalOf: new Map(), orphans: [] };
}

/** How a group is. */
export interface GroupState {
  readonly status: VmGroup['status'];
  readonly readySize: number;
  readonly members: readonly Tables['vms'][];
}

/** Reads how groups are, by their ids. */
export async function readGroupStates(
  deps: Pick<ResourceDeps, 'store' | 'clock'>,
  rows: readonly VmGroupRow[],
): Promise<ReadonlyMap<string, GroupState>> {
  const members = await readMembers(
    deps.store,
    rows.map(({ id }) => id),
  );
  const lost = await readUnobserved(deps);
  return new Map(rows.map((row) => [row.id, stateOf(row, members.get(row.id)?.vms ?? [], lost)]));
}

function stateOf(
  row: VmGroupRow,
  members: readonly Tables['vms'][],
  lost: ReadonlySet<string>,
): GroupState {
  const ready = mapReadable(members, (vm) => {
    const observed = observedOf(vm);
    return shownStatus(observed, lost) === 'running' && isServing(desiredOf(vm), observed);
  }).filter((isReady) => isReady);
  const isBusy = row.busy_operation_id !== null;
  const isWhole = ready.length >= row.size;
  const status = isBusy ? 'changing' : isWhole ? 'ready' : 'degraded';
  return { status, readySize: ready.length, members };
}

/** Shows a group of the caller's tenant. */
export async function getVmGroup(
  deps: ResourceDeps,
  id: string,
  context: CallContext,
): Promise<Result<VmGroup, Problem>> {
  const found = await getResource(deps, 'vm_group', id, context, (row) => row);
  if (!found.ok) return found;
  const members = await readMembersOf(deps.store, id);
  const { tenantId } = context.principal;
  const lost = await readUnobserved(deps);
  const drift = await readMemberDrift(deps, { tenantId, vms: members.vms, lost });
  const rates = await readRates(deps, members.vms);
  return ok(toVmGroup(found.value, members, { lost, drift, rates }));
}

/** Lists the groups of the caller's tenant in the order of their creation by default. */
export async function listVmGroups(
  deps: ResourceDeps,
  input: ListInput,
  context: CallContext,
): Promise<Result<Page<VmGroup>, Problem>> {
  const page = await listResources(deps, 'vm_group', input, context, (row) => row);
  if (!page.ok) return page;
  const { items } = page.value;
  const members = await readMembers(
    deps.store,
    items.map(({ id }) => id),
  );
  const { tenantId } = context.principal;
  const lost = await readUnobserved(deps);
  const vms = [...members.values()].flatMap((each) => each.vms);
  const drift = await readMemberDrift(deps, { tenantId, vms, lost });
  const rates = await readRates(deps, vms);
  const answers = items.map((row) => toVmGroup(row, members.get(row.id), { lost, drift, rates }));
  return ok({ ...page.value, items: answers });
}

/**
 * A group as answers carry it. Where `desired_size` is configured and the number of members
 * differs, the answer contains that number, so that it shows as drift and is corrected.
 */
function toVmGroup(
  row: VmGroupRow,
  members: Members | undefined,
  {
    lost,
    drift,
    rates,
  }: {
    readonly lost: ReadonlySet<string>;
    readonly drift: ReadonlyMap<string, MemberDrift>;
    readonly rates: ReadonlyMap<string, number | null>;
  },
): VmGroup {
  const vms = members?.vms ?? [];
  const { status, readySize } = stateOf(row, vms, lost);
  const isBusy = status === 'changing';
  const { desired_size: said = null } = desiredOf(row);
  const ids = vms.map(({ id }) => id);
  return VmGroup.parse({
    ...withoutGivenKeys(toAnswer(row)),
    desired_size: said === null || isBusy ? said : Math.max(1, vms.length),
    size: row.size,
    ready_size: readySize,
    cost_per_hour: toAmount(sumOfRates(ids.map((id) => rates.get(id)))),
    member_ids: ids,
    // A change of the group in progress may restore them.
    [DRIFTED_MEMBERS]: isBusy ? [] : ids.filter((id) => drift.get(id)?.restored !== undefined),
    [UNRESTORED_MEMBERS]: ids.filter((id) => (drift.get(id)?.kept ?? []).length > 0),
    status,
  });
}

/** The rates of VMs, by their ids. Unit: micro-units per hour; null: not known */
async function readRates(
  { store }: ResourceDeps,
  vms: readonly Tables['vms'][],
): Promise<ReadonlyMap<string, number | null>> {
  const ids = vms.map(({ id }) => id);
  const charges = await store.read({ from: 'charges', where: { id: { in: ids } } });
  return new Map(charges.map(({ id, rate }) => [id, rate]));
}
