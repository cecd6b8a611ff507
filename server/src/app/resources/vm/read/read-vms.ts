/** Shows and lists VMs, with their volumes, prices and secrets from other tables. */

import { toAmount } from '@novacron/contract/cost/money';
import type { JsonObject } from '@novacron/contract/json';
import { Vm } from '@novacron/contract/kinds/vm/vm';
import type { VmStatus } from '@novacron/contract/kinds/vm/vm-status';
import type { Problem } from '@novacron/contract/problem/problem';
import { ok, type Result } from '@novacron/contract/result';
import type { NodeRow } from '../../../../ports/tables/node-row.ts';
import type { Tables, VmRow } from '../../../../ports/tables/tables.ts';
import type { CallContext } from '../../../kernel/context/call-context.ts';
import type { ListInput } from '../../../kernel/lists/read-list.ts';
import { getResource, listResources } from '../../../kernel/resource-rows/read-resources.ts';
import {
  commonFields,
  fieldsOf,
  joinFields,
  mapReadable,
  type ResourceFields,
} from '../../../rows/answer-resource.ts';
import { asConfigured, grownSizes } from '../../../rows/observed/grown-size.ts';
import { shownHealth } from '../../../rows/observed/observed-health.ts';
import { isAttachedAsDesired } from '../../../rows/observed/observed-resource.ts';
import { restartPolicyOf } from '../../../rows/observed/restart-policy.ts';
import { shownPowerOf } from '../../../rows/observed/shown-power.ts';
import {
  guestAddressesOf,
  missingNetworksOf,
  stopReasonOf,
} from '../../../rows/observed-machine.ts';
import { mapPage, type Page } from '../../../rows/page.ts';
import { parseShown } from '../../../rows/parse-stored.ts';
import { readSecrets } from '../../../rows/vm-secrets.ts';
import type { ResourceDeps } from '../../deps.ts';
import { withoutGivenKeys } from '../../ssh-key/given-keys.ts';
import { pendingNames, withPending, withPendingSecrets } from '../update/pending-restart.ts';
import { isUnobserved, shownStatus, statusFilter } from './shown-status.ts';
import { whyOld, whyUnknown } from './why-unknown.ts';

/** Shows a VM. */
export async function getVm(
  deps: ResourceDeps,
  id: string,
  context: CallContext,
): Promise<Result<Vm, Problem>> {
  const found = await getResource(deps, 'vm', id, context, readVm);
  if (!found.ok) return found;
  const around = await observeAround(deps, [found.value]);
  return ok(toAnswer(found.value, around));
}

/** The requested page of VMs. */
interface VmListInput extends ListInput {
  readonly zone?: readonly string[] | undefined;
  readonly node?: readonly string[] | undefined;
  readonly status?: readonly VmStatus[] | undefined;
}

/** Lists VMs, in the order of their creation by default. */
export async function listVms(
  deps: ResourceDeps,
  input: VmListInput,
  context: CallContext,
): Promise<Result<Page<Vm>, Problem>> {
  const page = await listResources(
    deps,
    'vm',
    input,
    context,
    readVm,
    await narrow(deps, input, context),
  );
  if (!page.ok) return page;
  const around = await observeAround(deps, page.value.items);
  return ok(mapPage(page.value, (vm) => toAnswer(vm, around)));
}

/** The filters that are more than the value of a column. */
async function narrow(deps: ResourceDeps, input: VmListInput, { principal }: CallContext) {
  const place = await zoneFilter(deps, input);
  const ids = await statusFilter(deps, principal.tenantId, input.status);
  if (ids === undefined) return place;
  return {
    handled: [...(place.handled ?? []), 'status'],
    where: { ...place.where, ...ids },
  };
}

/** VMs know their nodes, not the zones of these, which are few. */
async function zoneFilter({ store }: ResourceDeps, { zone, node }: VmListInput) {
  if (zone === undefined) return {};
  const nodes = await store.read({ from: 'nodes', where: { zone: { in: zone } } });
  const names = nodes.map(({ name }) => name);
  const wanted = node === undefined ? names : names.filter((name) => node.includes(name));
  return { handled: ['zone', 'node'], where: { node: { in: wanted } } };
}

/** A VM as it is stored. */
interface StoredVm extends ResourceFields {
  readonly id: string;
  readonly row: VmRow;
}

function readVm(row: VmRow): StoredVm {
  return { id: row.id, row, ...fieldsOf(row) };
}

/** Data of VMs from other tables, by its owner: a page has a thousand of them. */
interface Around {
  readonly volumeIds: ReadonlyMap<unknown, readonly string[]>;
  readonly secrets: ReadonlyMap<string, Tables['vm_secrets']>;
  readonly pending: ReadonlyMap<string, Tables['pending_restarts']>;
  /** Names of the nodes that hold their standbys. */
  readonly standbys: ReadonlyMap<string, string | null>;
  /** Micro-units per hour. */
  readonly rates: ReadonlyMap<string, number | null>;
  readonly nodeRows: ReadonlyMap<unknown, NodeRow>;
  /** Names of nodes whose machines are not observed. */
  readonly unobserved: ReadonlySet<string>;
}

async function observeAround(
  { store, clock }: ResourceDeps,
  vms: readonly StoredVm[],
): Promise<Around> {
  const { volumes, secrets, pending, standbys, nodes, charges } = await store.snapshot(
    questionsAbout(vms),
  );
  const volumeIds = new Map<unknown, string[]>();
  // A damaged row does not say that it is unplugged.
  const unplugged = new Set<string>(
    mapReadable(volumes, (row) => (isAttachedAsDesired(row) ? [] : [row.id])).flat(),
  );
  for (const { id, attached_to } of volumes) {
    if (unplugged.has(id)) continue;
    const ids = volumeIds.get(attached_to);
    if (ids === undefined) volumeIds.set(attached_to, [id]);
    else ids.push(id);
  }
  return {
    volumeIds,
    secrets: new Map(secrets.map((row) => [row.id, row])),
    pending: new Map(pending.map((row) => [row.id, row])),
    standbys: new Map(standbys.map(({ id, node }) => [id, node])),
    rates: new Map(charges.map(({ id, rate }) => [id, rate])),
    nodeRows: new Map(nodes.map((row) => [row.name, row])),
    unobserved: new Set(
      nodes.filter((node) => isUnobserved(node, clock.nowMs())).map(({ name }) => name),
    ),
  };
}

function questionsAbout(vms: readonly StoredVm[]) {
  const ids = vms.map(({ row }) => row.id);
  const nodes = new Set(vms.map(({ observed }) => String(observed.node)));
  return {
    volumes: { from: 'volumes', where: { attached_to: { in: ids } } },
    secrets: { from: 'vm_secrets', where: { id: { in: ids } }, damaged: 'blank' },
    standbys: { from: 'standbys', where: { id: { in: ids } } },
    pending: { from: 'pending_restarts', where: { id: { in: ids } }, damaged: 'blank' },
    nodes: { from: 'nodes', where: { name: { in: [...nodes] } } },
    charges: { from: 'charges', where: { id: { in: ids } } },
  } as const;
}

function toAnswer(
  vm: StoredVm,
  { volumeIds, secrets, pending, standbys, rates, nodeRows, unobserved }: Around,
): Vm {
  const { row } = vm;
  const waiting = pending.get(row.id);
  const shown = { ...vm, desired: withPending(asConfigured(vm.desired), waiting) };
  const status = shownStatus(vm.observed, unobserved);
  const node = nodeRows.get(vm.observed.node);
  return toVm(row, shown, {
    volumes: volumeIds.get(row.id) ?? [],
    cost_per_hour: toAmount(rates.get(row.id)),
    user_data: withPendingSecrets(readSecrets(secrets.get(row.id)), waiting).user_data,
    standby_node: standbys.get(row.id) ?? null,
    pending_restart: pendingNames(waiting),
    status,
    status_reason:
      status === 'unknown' ? whyUnknown(row, node) : node === undefined ? null : whyOld(node),
    health: shownHealth(vm.desired, vm.observed, status),
    restart_policy: restartPolicyOf(row, vm.desired),
    ...grownSizes(vm.desired),
    ...shownPowerOf(row, vm),
  });
}

/**
 * A VM as answers carry it, with its data from other tables.
 * @throws damagedRow
 */
export function toVm(
  row: VmRow,
  { desired, observed }: ResourceFields,
  elsewhere: Readonly<Record<string, unknown>>,
): Vm {
  const missing_network_ids = missingNetworksOf({ desired, observed });
  const lacks = missing_network_ids.length === 0 ? {} : { missing_network_ids };
  const guest = { guest_ip_addresses: [...guestAddressesOf(row, observed)] };
  const shown = joinFields(desired, reported(observed), guest, lacks, commonFields(row), elsewhere);
  return parseShown(row.id, Vm, shown);
}

const INTERNAL = [
  'machine',
  'recovered_from',
  'recreated_from',
  'restored_from',
  'restarts_failed',
  'console_tail',
] as const;

/**
 * Removes internal fields: the cause of a missing machine, locations of copies and the guest's
 * keys. A VM that is no longer stopped has no stop reason.
 */
function reported(observed: JsonObject): JsonObject {
  const given = withoutGivenKeys(observed);
  const shown =
    given.stop_reason === undefined
      ? given
      : { ...given, stop_reason: stopReasonOf(observed) ?? null };
  if (!INTERNAL.some((name) => shown[name] !== undefined)) return shown;
  return Object.fromEntries(
    Object.entries(shown).filter(([name]) => !INTERNAL.some((each) => each === name)),
  );
}
