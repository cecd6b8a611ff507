/**
 * The secrets of a VM. They are not part of the desired state, so no audit entry, baseline, policy
 * input or event can contain them; they are sealed in a table of their own.
 */
import type { MachineGuest } from '@novacron/contract/agent/machine';
import { tableOf } from '@novacron/contract/closed-table';
import { equalJson } from '@novacron/contract/json';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { z } from 'zod';
import type { ChangeSet } from '../../ports/store.ts';
import type { Tables } from '../../ports/tables/tables.ts';
import { damagedRow, parseStored } from './parse-stored.ts';

const NAMES = ['user_data', 'user_data_wo', 'password_wo', 'unattend_wo'] as const;

/** Every secret of a VM; null where there is none. */
export type VmSecrets = Readonly<Record<(typeof NAMES)[number], string | null>>;

/** The secrets in a request: absent leaves one unchanged, null deletes it. */
export const GivenSecrets = z.object(tableOf(NAMES, () => z.string().nullable().optional()));
export type GivenSecrets = Readonly<z.infer<typeof GivenSecrets>>;

/** A VM without secrets. */
export const NO_SECRETS: VmSecrets = tableOf(NAMES, () => null);

/**
 * Decrypts the stored secrets of a VM.
 * @throws damagedRow
 */
export function readSecrets(row: Tables['vm_secrets'] | undefined): VmSecrets {
  if (row === undefined) return NO_SECRETS;
  const stored = parseStored<Partial<VmSecrets>>(row.secrets_json);
  if (stored === undefined) throw damagedRow(row.id, 'secrets_json cannot be decrypted');
  return { ...NO_SECRETS, ...stored };
}

/** The secrets after a request. Either kind of user data replaces the other. */
export function mergeSecrets(before: VmSecrets, given: GivenSecrets): VmSecrets {
  const merged: VmSecrets = tableOf(NAMES, (name) => {
    const own = given[name];
    return own === undefined ? before[name] : own;
  });
  if (typeof given.user_data === 'string' && given.user_data_wo === undefined) {
    return { ...merged, user_data_wo: null };
  }
  if (typeof given.user_data_wo === 'string' && given.user_data === undefined) {
    return { ...merged, user_data: null };
  }
  return merged;
}

/** The problem of invalid secrets; undefined where they are valid. */
export function checkSecrets({ user_data, user_data_wo }: VmSecrets): Problem | undefined {
  if (user_data === null || user_data_wo === null) return undefined;
  return problem('validation-failed', {
    detail: 'user_data and user_data_wo cannot be used together.',
    remedy: 'Remove one of them.',
    fields: [{ path: ['user_data_wo'], message: 'cannot be used together with user_data' }],
  });
}

/** The fields that differ, with words instead of their values. */
export function changedSecrets(before: VmSecrets, after: VmSecrets) {
  const changed = NAMES.filter((name) => before[name] !== after[name]);
  const reported = { was: '(secret)', is: '(secret, changed)' };
  return Object.fromEntries(changed.map((name) => [name, reported]));
}

/** Stores the secrets. */
export function storeSecrets(
  vm: { readonly id: string; readonly tenant_id: string },
  secrets: VmSecrets,
): ChangeSet {
  if (equalJson(secrets, NO_SECRETS)) return deleteSecrets(vm.id);
  const row = { id: vm.id, tenant_id: vm.tenant_id, secrets_json: JSON.stringify(secrets) };
  return [{ kind: 'put', into: 'vm_secrets', row }];
}

/** Deletes the secrets. */
export function deleteSecrets(vmId: string): ChangeSet {
  return [{ kind: 'drop', from: 'vm_secrets', id: vmId }];
}

/**
 * Returns the data that a guest receives at boot. User data is the VM's own, or that of its
 * template.
 * @param keys - all public keys of the default user, sorted
 */
export function toGuest(
  keys: readonly string[],
  secrets: VmSecrets,
  templateUserData: string | null,
): MachineGuest {
  return {
    ssh_keys: [...keys],
    user_data: secrets.user_data_wo ?? secrets.user_data ?? templateUserData,
    password: secrets.password_wo,
    ...(secrets.unattend_wo === null ? {} : { answer_file: secrets.unattend_wo }),
  };
}
