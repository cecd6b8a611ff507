/** Plans SSH keys: they have no step on any node, so they are complete at admission. */

import { createHash } from 'node:crypto';
import { parseSshPublicKey } from '@novacron/contract/formats/ssh-public-key';
import { SSH_KEY_FIELDS, SshKeySpec } from '@novacron/contract/kinds/ssh-key/ssh-key';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { err, ok } from '@novacron/contract/result';
import { fillDefaults } from '@novacron/contract/schema/field';
import { chargeTenant, checkQuota, refundTenant } from '../../access/quota/tenant-quota.ts';
import { reserveOnly } from '../../kernel/operations/saga.ts';
import { findToChange } from '../../kernel/resource-rows/find-resource.ts';
import {
  changedColumns,
  changeIdle,
  mergeFields,
  newResourceRow,
  requireSame,
} from '../../kernel/resource-rows/new-row.ts';
import { desiredIfReadable, desiredOf } from '../../rows/answer-resource.ts';
import { changedFields } from '../../rows/changed-fields.ts';
import {
  fieldsToReplace,
  nameTaken,
  replacementNeeded,
  replan,
  toProblemList,
} from '../../rows/resource-problems.ts';
import type { Prepare, WriteScope } from '../scope.ts';

const ONE = { ssh_keys: 1 } as const;

/** Plans a new SSH key. */
export const prepareSshKeyCreate: Prepare<ParsedInputOf<'ssh_key.create'>> = async (
  input,
  scope,
) => {
  const desired = SshKeySpec.parse(fillDefaults(SSH_KEY_FIELDS, input));
  const { tenantId } = scope.context.principal;
  const rows = await scope.deps.store.snapshot({
    holders: { from: 'ssh_keys', where: { tenant_id: tenantId, name: desired.name } },
    quotas: { from: 'tenant_quotas', where: { id: tenantId } },
  });
  const problems = [
    ...rows.holders.map(({ id }) => nameTaken('ssh_key', desired.name, id)),
    ...toProblemList(checkQuota(rows.quotas[0], ONE)),
  ];
  if (problems.length > 0) return err(problems);
  const named = { id: scope.deps.ids.next('ssh'), name: desired.name };
  const observed = describeKey(desired.public_key);
  const row = newResourceRow(scope, { ...named, desired, observed, busy: 'no' });
  const otherwise = replan(`The name ${desired.name}`);
  return ok({
    resourceKind: 'ssh_key',
    target: named,
    before: null,
    wanted: desired,
    placement: null,
    saga: reserveOnly([
      { kind: 'insert', into: 'ssh_keys', row, otherwise },
      ...chargeTenant(tenantId, ONE),
    ]),
  });
};

/** Plans a change of the name, the labels or the comment of an SSH key. */
export const prepareSshKeyUpdate: Prepare<ParsedInputOf<'ssh_key.update'>> = async (
  input,
  scope,
) => {
  const current = await findToChange('ssh_key', input, scope);
  if (!current.ok) return err([current.error]);
  const row = current.value;
  const before = desiredOf(row);
  const wanted = SshKeySpec.parse(mergeFields(before, input, SSH_KEY_FIELDS));
  const { name } = wanted;
  const changes = changedFields(before, wanted);
  const replaced = fieldsToReplace(SSH_KEY_FIELDS, changes);
  const problems = [
    ...(replaced.length > 0 ? [replacementNeeded('SSH key', row.name, replaced)] : []),
    ...(await checkName({ tenant_id: row.tenant_id, name, id: { not: row.id } }, scope)),
  ];
  if (problems.length > 0) return err(problems);
  const columns = changedColumns(row, scope, { name, desired: wanted, busy: 'no' });
  const isSame = Object.keys(changes).length === 0;
  return ok({
    resourceKind: 'ssh_key',
    target: { id: row.id, name },
    before,
    wanted,
    placement: null,
    saga: reserveOnly([isSame ? requireSame('ssh_key', row) : changeIdle('ssh_key', row, columns)]),
  });
};

/** Plans the deletion of an SSH key: VMs and VM groups store the keys that they were given. */
export const prepareSshKeyDelete: Prepare<ParsedInputOf<'ssh_key.delete'>> = async (
  input,
  scope,
) => {
  const current = await findToChange('ssh_key', input, scope);
  if (!current.ok) return err([current.error]);
  const row = current.value;
  return ok({
    resourceKind: 'ssh_key',
    target: { id: row.id, name: row.name },
    before: desiredIfReadable(row),
    wanted: null,
    placement: null,
    saga: reserveOnly([
      {
        kind: 'delete',
        from: 'ssh_keys',
        id: row.id,
        expect: { revision: row.revision },
        otherwise: replan(`The SSH key ${row.name}`),
      },
      { kind: 'drop', from: 'baselines', id: row.id },
      ...refundTenant(row.tenant_id, ONE),
    ]),
  });
};

async function checkName(
  where: {
    readonly tenant_id: string;
    readonly name: string;
    readonly id: { readonly not: string };
  },
  { deps }: WriteScope,
): Promise<Problem[]> {
  const holders = await deps.store.read({ from: 'ssh_keys', where });
  return holders.map(({ id }) => nameTaken('ssh_key', where.name, id));
}

/** The computed fields: the fingerprint is that of `ssh-keygen -l`, base64 without padding. */
function describeKey(line: string) {
  const parsed = parseSshPublicKey(line);
  if (!parsed.ok) return {};
  const { type, base64 } = parsed.value;
  const hash = createHash('sha256').update(Buffer.from(base64, 'base64')).digest('base64');
  return { fingerprint: `SHA256:${hash.replace(/=+$/, '')}`, key_type: type };
}
