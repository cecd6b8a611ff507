/** The fields of members that a change of their group changes. */

import type { JsonObject } from '@novacron/contract/json';
import { VM_FIELDS } from '@novacron/contract/kinds/vm/vm';
import { memberName } from '@novacron/contract/kinds/vm-group/member-in-question';
import type { VmGroupSpec } from '@novacron/contract/kinds/vm-group/vm-group';
import { findGrowth } from '@novacron/contract/schema/cannot-return';
import type { Tables, VmGroupRow } from '../../../ports/tables/tables.ts';
import { desiredOf } from '../../rows/answer-resource.ts';
import { inheritFields } from '../../rows/inherit-fields.ts';
import type { WriteScope } from '../scope.ts';
import { type GivenKeys, givenKeysOf } from '../ssh-key/given-keys.ts';
import { changedMemberFields, type MemberFields } from './plan-members.ts';
import type { Members } from './read-vm-groups.ts';

/** A change of a group. */
export interface GroupChange {
  readonly row: VmGroupRow;
  readonly before: VmGroupSpec;
  readonly after: VmGroupSpec;
  readonly size: number;
  /** The public keys of the SSH keys that it names afterwards. */
  readonly givenKeys: GivenKeys;
  /** Ids of the members that leave; without it, those with the highest numbers do. */
  readonly remove?: readonly string[] | undefined;
  /** Members that have drifted are restored; absent: they stay as they are. */
  readonly drift?: 'restore';
}

/**
 * The changed fields of members: without a network of its own, a member gets that of its template,
 * like new ones.
 */
export async function readMemberFields(change: GroupChange, { deps }: WriteScope) {
  const { row, before, after, givenKeys } = change;
  const { id } = row;
  const fields = changedMemberFields(
    { id, spec: before, givenKeys: givenKeysOf(row) },
    { id, spec: after, givenKeys },
  );
  if (fields.forward.network_id !== null) return fields;
  const asked = { tenantId: row.tenant_id, inputs: [{ ...after.vm }] };
  const [inherited] = await inheritFields(deps.store, asked);
  return { ...fields, forward: { ...fields.forward, ...inherited } };
}

/**
 * Adds to the changed fields of members what restores those that have drifted, and the new names
 * where the group is renamed. What was restored stays so when the change is taken back.
 */
export function fieldsOfMembers(
  { before, after }: GroupChange,
  { ordinalOf }: Members,
  changed: MemberFields & { readonly restored: ReadonlyMap<string, JsonObject> },
): (vm: Tables['vms']) => MemberFields {
  const { restored } = changed;
  const shrunk = findGrowth(VM_FIELDS, after.vm, before.vm);
  return (vm) => {
    const { id, name } = vm;
    // A member that is larger than its group says stays so, unless the group itself gets smaller.
    const larger = findGrowth(VM_FIELDS, changed.forward, desiredOf(vm));
    const kept = larger.filter((field) => !shrunk.includes(field));
    const forward = { ...restored.get(id), ...omitFields(changed.forward, kept) };
    const back = omitFields(changed.back, kept);
    if (before.name === after.name) return { forward, back };
    const next = memberName(after.name, ordinalOf.get(id) ?? 0);
    return { forward: { ...forward, name: next }, back: { ...back, name } };
  };
}

function omitFields(fields: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)));
}
