/** The unique values that a write takes, and those that it gives up. */

import { formatIp, parseIp } from '@novacron/contract/formats/cidr';
import { sizeAfter } from '@novacron/contract/kinds/vm-group/group-size';
import { memberName } from '@novacron/contract/kinds/vm-group/member-in-question';
import { VM_GROUP_FIELDS, VmGroupSpec } from '@novacron/contract/kinds/vm-group/vm-group';
import { fillDefaults } from '@novacron/contract/schema/field';
import type { Store } from '../../../ports/store.ts';
import type { ResourceRow, Tables } from '../../../ports/tables/tables.ts';
import { mergeFields } from '../../kernel/resource-rows/new-row.ts';
import { newOrdinals } from '../../resources/vm-group/plan-members.ts';
import { freeOrdinals } from '../../resources/vm-group/prepare-vm-group-change.ts';
import { readMembersOf } from '../../resources/vm-group/read-vm-groups.ts';
import { desiredOf, desiredRevisionOf } from '../../rows/answer-resource.ts';
import {
  addressValue,
  NAMED_KINDS,
  type NamedKind,
  nameValue,
  readById,
  revisionOf,
  type ValueHolder,
} from './unique-values.ts';

/** A create, update or delete. */
export interface ValueWrite {
  readonly operation: string;
  /** Its input, as far as it is known. */
  readonly input: Readonly<Record<string, unknown>>;
}

/** Effect of a write on the unique values of one object. */
export interface ValueChange {
  /** Id of the object; for a create, a text that identifies it among those of a tenant. */
  readonly id: string;
  /** Identifies the desired fields before the write; empty for a create. */
  readonly revision: string;
  readonly takes: readonly string[];
  readonly leaves: readonly string[];
}

/**
 * Reads what a write does to unique values.
 * @returns the change of the written object first, which takes all values; then those of the
 *   members of a group, which give theirs up. Nothing for a write that concerns no unique value
 */
export async function readValueChanges(
  store: Store,
  { operation, input }: ValueWrite,
  tenantId: string,
): Promise<readonly ValueChange[]> {
  const kind = NAMED_KINDS.find((each) => operation.startsWith(`${each}.`));
  const verb = operation.slice(operation.indexOf('.') + 1);
  if (kind === undefined) return [];
  if (verb === 'create') return changesOfCreate(kind, input, tenantId);
  if (typeof input.id !== 'string' || !['update', 'delete'].includes(verb)) return [];
  const found = await readById(store, kind, { tenantId, id: input.id });
  if (found === undefined) return [];
  const changes =
    verb === 'delete'
      ? await changesOfDelete(store, found)
      : await changesOfUpdate(store, found, input);
  return changes.filter(({ takes, leaves }) => takes.length + leaves.length > 0);
}

/** Returns what identifies a create: there is one of a name. */
function createId(kind: NamedKind, name: string, tenantId: string): string {
  return `create/${tenantId}/${kind}/${name}`;
}

function changesOfCreate(
  kind: NamedKind,
  input: ValueWrite['input'],
  tenantId: string,
): readonly ValueChange[] {
  const { name, network_id: networkId, ip_address: ip } = input;
  if (typeof name !== 'string') return [];
  const takes = [nameValue(kind, name)];
  if (kind === 'vm' && typeof networkId === 'string') takes.push(...toAddresses(networkId, ip));
  if (kind === 'vm_group') {
    const spec = VmGroupSpec.safeParse(fillDefaults(VM_GROUP_FIELDS, input));
    const ordinals = spec.success ? newOrdinals(spec.data) : [];
    takes.push(...ordinals.map((each) => nameValue('vm', memberName(name, each))));
  }
  return [{ id: createId(kind, name, tenantId), revision: '', takes, leaves: [] }];
}

async function changesOfDelete(store: Store, found: ValueHolder): Promise<readonly ValueChange[]> {
  const { kind, row } = found;
  const addresses = kind === 'vm' ? await readAddresses(store, row.id) : [];
  const leaves = [nameValue(kind, row.name), ...addresses];
  const own = { id: row.id, revision: revisionOf(found), takes: [], leaves };
  if (kind !== 'vm_group') return [own];
  const { vms } = await readMembersOf(store, row.id);
  return [own, ...vms.map(leavesName)];
}

async function changesOfUpdate(
  store: Store,
  found: ValueHolder,
  input: ValueWrite['input'],
): Promise<readonly ValueChange[]> {
  const { kind, row } = found;
  const name = typeof input.name === 'string' ? input.name : row.name;
  const isRenamed = name !== row.name;
  const moved = kind === 'vm' ? await readMove(store, row, input) : { takes: [], leaves: [] };
  const own = {
    id: row.id,
    revision: revisionOf(found),
    takes: [...(isRenamed ? [nameValue(kind, name)] : []), ...moved.takes],
    leaves: [...(isRenamed ? [nameValue(kind, row.name)] : []), ...moved.leaves],
  };
  if (kind !== 'vm_group') return [own];
  const members = await readMemberNames(store, row, input);
  return [{ ...own, takes: [...own.takes, ...members.takes] }, ...members.changes];
}

/** The names of the members of a group, which are those of VMs. */
async function readMemberNames(
  store: Store,
  row: ResourceRow,
  input: ValueWrite['input'],
): Promise<{ readonly takes: readonly string[]; readonly changes: readonly ValueChange[] }> {
  const parsed = VmGroupSpec.safeParse(mergeFields(desiredOf(row), input, VM_GROUP_FIELDS));
  const [group] = await store.read({ from: 'vm_groups', where: { id: row.id } });
  if (!parsed.success || group === undefined) return { takes: [], changes: [] };
  const members = await readMembersOf(store, row.id);
  const size = sizeAfter(group, parsed.data);
  const nameOf = (ordinal: number) => memberName(parsed.data.name, ordinal);
  const named = members.vms
    .slice(0, size)
    .map((vm) => ({ vm, next: nameOf(members.ordinalOf.get(vm.id) ?? 0) }))
    .filter(({ vm, next }) => vm.name !== next);
  const added = freeOrdinals(members, size).map(nameOf);
  return {
    takes: [...named.map(({ next }) => next), ...added].map((each) => nameValue('vm', each)),
    changes: [...named.map(({ vm }) => vm), ...members.vms.slice(size)].map(leavesName),
  };
}

function leavesName(vm: Tables['vms']): ValueChange {
  const leaves = [nameValue('vm', vm.name)];
  return { id: vm.id, revision: desiredRevisionOf(vm), takes: [], leaves };
}

/** The addresses that an update of a VM takes and gives up; none where it keeps its own. */
async function readMove(store: Store, row: ResourceRow, input: ValueWrite['input']) {
  const unmoved = { takes: [], leaves: [] };
  const { network_id: network, ip_address: ip } = input;
  if (network === undefined && ip === undefined) return unmoved;
  const before = desiredOf(row).network_id ?? null;
  const after = network === undefined ? before : network;
  // Without an address of its own choice, a VM keeps the one that it has in its network.
  if (after === before && typeof ip !== 'string') return unmoved;
  const held = await readAddresses(store, row.id);
  const next = typeof after === 'string' ? toAddresses(after, ip) : [];
  return {
    takes: next.filter((each) => !held.includes(each)),
    leaves: held.filter((each) => !next.includes(each)),
  };
}

async function readAddresses(store: Store, vmId: string): Promise<string[]> {
  const rows = await store.read({ from: 'network_addresses', where: { vm_id: vmId } });
  return rows.map(({ network_id, ip_address }) => addressValue(network_id, ip_address));
}

/** None or one, in the spelling that is stored. */
function toAddresses(networkId: string, ip: unknown): string[] {
  const parsed = typeof ip === 'string' ? parseIp(ip) : undefined;
  if (parsed === undefined) return [];
  return [addressValue(networkId, formatIp(parsed.family, parsed.value))];
}
