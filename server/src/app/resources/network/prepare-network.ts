/** Plans networks: they have no step on any node, so they are complete at admission. */

import { overlaps, parseCidr } from '@novacron/contract/formats/cidr';
import { NETWORK_FIELDS, NetworkSpec } from '@novacron/contract/kinds/network/network';
import { networkIdsOf } from '@novacron/contract/kinds/vm/network-interface';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok } from '@novacron/contract/result';
import { fillDefaults } from '@novacron/contract/schema/field';
import type { NodeRow } from '../../../ports/tables/node-row.ts';
import type { NetworkRow } from '../../../ports/tables/tables.ts';
import { chargeTenant, checkQuota, refundTenant } from '../../access/quota/tenant-quota.ts';
import { reserveOnly } from '../../kernel/operations/saga.ts';
import { findToChange, findToDelete } from '../../kernel/resource-rows/find-resource.ts';
import {
  changedColumns,
  changeIdle,
  mergeFields,
  newResourceRow,
  requireSame,
} from '../../kernel/resource-rows/new-row.ts';
import { desiredIfReadable, desiredOf } from '../../rows/answer-resource.ts';
import { changedFields, type FieldValues } from '../../rows/changed-fields.ts';
import {
  fieldsToReplace,
  nameTaken,
  replacementNeeded,
  replan,
} from '../../rows/resource-problems.ts';
import { nameVms } from '../name-users.ts';
import type { NetworkRules } from '../network-rules.ts';
import type { Prepare, WriteScope } from '../scope.ts';
import { checkNetworkBlock } from './check-network-block.ts';
import { checkSpecialBlock } from './check-special-block.ts';

const ONE = { networks: 1 } as const;

/** Every new network of a tenant raises this version, so two cannot overlap unnoticed. */
function addressRule(tenantId: string): string {
  return `network-addresses/${tenantId}`;
}

/** Plans a new network. */
export const prepareNetworkCreate: Prepare<ParsedInputOf<'network.create'>> = async (
  input,
  scope,
) => {
  const spec = NetworkSpec.parse(fillDefaults(NETWORK_FIELDS, input));
  const { tenantId } = scope.context.principal;
  const rule = addressRule(tenantId);
  const rows = await scope.deps.store.snapshot({
    networks: { from: 'networks', where: { tenant_id: tenantId } },
    rules: { from: 'rule_versions', where: { id: rule } },
    quotas: { from: 'tenant_quotas', where: { id: tenantId } },
    nodes: { from: 'nodes' },
  });
  const { networks: networkRules } = scope.deps.settings;
  const problems = [
    ...checkName(spec.name, rows.networks),
    ...checkBlock(spec.cidr, { networks: rows.networks, nodes: rows.nodes, networkRules }),
    ...[checkQuota(rows.quotas[0], ONE)].filter((found) => found !== undefined),
  ];
  if (problems.length > 0) return err(problems);
  const id = scope.deps.ids.next('net');
  const desired = spec;
  const row = newResourceRow(scope, { id, name: spec.name, desired, observed: {}, busy: 'no' });
  return ok({
    resourceKind: 'network',
    target: { id, name: spec.name },
    before: null,
    wanted: desired,
    placement: null,
    saga: reserveOnly([
      {
        kind: 'move-rule',
        rule,
        from: rows.rules[0]?.version ?? 0,
        otherwise: replan('The address plan'),
      },
      {
        kind: 'insert',
        into: 'networks',
        row: { ...row, vm_count: 0 },
        otherwise: replan(`The name ${spec.name}`),
      },
      ...chargeTenant(tenantId, ONE),
    ]),
  });
};

/** Plans a change of a network. */
export const prepareNetworkUpdate: Prepare<ParsedInputOf<'network.update'>> = async (
  input,
  scope,
) => {
  const current = await findToChange('network', input, scope);
  if (!current.ok) return err([current.error]);
  const row = current.value;
  const before = desiredOf(row);
  const after = NetworkSpec.parse(mergeFields(before, input, NETWORK_FIELDS));
  const wanted = after;
  const problems = await checkUpdate(row, before, wanted, scope);
  if (problems.length > 0) return err(problems);
  const isSame = Object.keys(changedFields(before, wanted)).length === 0;
  return ok({
    resourceKind: 'network',
    target: { id: row.id, name: after.name },
    before,
    wanted,
    placement: null,
    saga: reserveOnly(
      isSame
        ? [requireSame('network', row)]
        : [
            changeIdle(
              'network',
              row,
              changedColumns(row, scope, { name: after.name, desired: wanted, busy: 'no' }),
            ),
          ],
    ),
  });
};

/** Plans the deletion of a network without connected VMs. */
export const prepareNetworkDelete: Prepare<ParsedInputOf<'network.delete'>> = async (
  input,
  scope,
) => {
  const current = await findToDelete('network', input, scope);
  if (!current.ok) return err([current.error]);
  const row = current.value;
  if (row.vm_count > 0) return err([await inUse(row, scope)]);
  return ok({
    resourceKind: 'network',
    target: { id: row.id, name: row.name },
    before: desiredIfReadable(row),
    wanted: null,
    placement: null,
    saga: reserveOnly([
      {
        kind: 'delete',
        from: 'networks',
        id: row.id,
        expect: { revision: row.revision, vm_count: 0 },
        otherwise: replan(`The network ${row.name}`),
      },
      { kind: 'drop', from: 'baselines', id: row.id },
      ...refundTenant(row.tenant_id, ONE),
    ]),
  });
};

async function checkUpdate(
  row: NetworkRow,
  before: FieldValues,
  wanted: FieldValues,
  scope: WriteScope,
): Promise<Problem[]> {
  const problems: Problem[] = [];
  const replaced = fieldsToReplace(NETWORK_FIELDS, changedFields(before, wanted));
  if (replaced.length > 0) problems.push(replacementNeeded('network', row.name, replaced));
  const name = String(wanted.name);
  const holders = await scope.deps.store.read({
    from: 'networks',
    where: { tenant_id: row.tenant_id, name, id: { not: row.id } },
  });
  return [...problems, ...checkName(name, holders)];
}

function checkName(name: string, rows: readonly NetworkRow[]): Problem[] {
  const holder = rows.find((row) => row.name === name);
  return holder === undefined ? [] : [nameTaken('network', name, holder.id)];
}

/** A block that no network can have overlaps others as a consequence. */
function checkBlock(
  cidr: string,
  {
    networks,
    nodes,
    networkRules,
  }: {
    readonly networks: readonly NetworkRow[];
    readonly nodes: readonly NodeRow[];
    readonly networkRules: NetworkRules;
  },
): Problem[] {
  const unusable = checkSpecialBlock(cidr) ?? checkNetworkBlock(cidr, networkRules, nodes);
  return unusable === undefined ? checkOverlap(cidr, networks) : [unusable];
}

function checkOverlap(cidr: string, rows: readonly NetworkRow[]): Problem[] {
  const asked = parseCidr(cidr);
  if (!asked.ok) return [];
  return rows.flatMap((row) => {
    // Of a damaged row no block is known.
    const { cidr: taken } = desiredIfReadable(row);
    if (typeof taken !== 'string') return [];
    const block = parseCidr(taken);
    if (!block.ok || !overlaps(asked.value, block.value)) return [];
    return [
      problem('network-overlap', {
        detail: `${cidr} overlaps ${taken} of the network ${row.name} (${row.id}).`,
        remedy: 'Choose an address block that no other network of the tenant uses.',
        fields: [{ path: ['cidr'], message: `overlaps ${taken} of the network ${row.name}` }],
        data: { resource_id: row.id },
      }),
    ];
  });
}

async function inUse(row: NetworkRow, scope: WriteScope): Promise<Problem> {
  const count = row.vm_count === 1 ? '1 VM is' : `${row.vm_count} VMs are`;
  const names = await nameVms(scope, row.tenant_id, (spec) =>
    networkIdsOf(spec).some((id) => id === row.id),
  );
  return problem('in-use', {
    detail: `The network ${row.name} cannot be deleted: ${count} connected to it: ${names}.`,
    remedy: 'Delete the VMs, or connect them to another network, first.',
    data: { vm_count: row.vm_count },
  });
}
