/** The tables of the tests of guards. */
import type { Change, ChangeSet } from '../../../ports/store.ts';
import {
  eventRow,
  nodeRow,
  operationRow,
  ROW_OF_EACH_TABLE,
  refusal,
  tenantRow,
  vmRow,
} from './rows.ts';

const otherwise = refusal('refused');

/** Tenant t, VM v, node n (16 cores, 10 used), pool ssd, rule r at 2, operation o with a log. */
export const FIXTURE: ChangeSet = [
  { kind: 'insert', into: 'tenants', row: tenantRow('t', 'acme'), otherwise },
  { kind: 'insert', into: 'vms', row: vmRow('v', { name: 'web' }), otherwise },
  { kind: 'insert', into: 'nodes', row: nodeRow('n', { cpu_cores_used: 10 }), otherwise },
  {
    kind: 'insert',
    into: 'storage_pools',
    row: { id: 'ssd', size_gb: 100, size_gb_used: 40 },
    otherwise,
  },
  { kind: 'insert', into: 'rule_versions', row: { id: 'r', version: 2 }, otherwise },
  { kind: 'insert', into: 'operations', row: operationRow('o'), otherwise },
  { kind: 'insert', into: 'events', row: eventRow('e', 7), otherwise },
  {
    kind: 'insert',
    into: 'operation_log',
    row: { id: 'o/1', operation_id: 'o', seq: 1, entry_json: '{}', at_ms: 1 },
    otherwise,
  },
];

/** One change on top of the fixture. */
interface Case {
  readonly name: string;
  readonly change: Change;
}

/** Changes whose guard holds. */
export const GOES_THROUGH: readonly Case[] = [
  {
    name: 'an insert whose keys are free',
    change: { kind: 'insert', into: 'tenants', row: tenantRow('u', 'other'), otherwise },
  },
  {
    name: 'an insert of a name that another tenant has',
    change: {
      kind: 'insert',
      into: 'vms',
      row: vmRow('w', { name: 'web', tenant_id: 'tnt_b' }),
      otherwise,
    },
  },
  {
    name: 'an update of a row that matches',
    change: {
      kind: 'update',
      table: 'vms',
      id: 'v',
      set: { revision: 2, network_id: 'net' },
      expect: { revision: 1, network_id: null },
      otherwise,
    },
  },
  {
    name: 'an update that sets nothing, of a row that matches',
    change: { kind: 'update', table: 'vms', id: 'v', set: {}, expect: { revision: 1 }, otherwise },
  },
  {
    name: 'a delete of a row that matches',
    change: {
      kind: 'delete',
      from: 'vms',
      id: 'v',
      expect: { busy_operation_id: null },
      otherwise,
    },
  },
  {
    name: 'a sum that reaches its limit',
    change: {
      kind: 'add',
      table: 'nodes',
      id: 'n',
      by: [
        { column: 'cpu_cores_used', amount: 6, limit: 'cpu_cores' },
        { column: 'vm_count', amount: 1 },
      ],
      expect: { status: 'ready' },
      otherwise,
    },
  },
  {
    name: 'a sum that comes down to 0',
    change: {
      kind: 'add',
      table: 'nodes',
      id: 'n',
      by: [{ column: 'cpu_cores_used', amount: -10 }],
      otherwise,
    },
  },
  {
    name: 'a first move of a rule',
    change: { kind: 'move-rule', rule: 'new', from: 0, otherwise },
  },
  {
    name: 'a move of a rule from the version that was read',
    change: { kind: 'move-rule', rule: 'r', from: 2, otherwise },
  },
  {
    name: 'a search for rows that are not there',
    change: { kind: 'require-none', of: 'vms', where: { network_id: 'net' }, otherwise },
  },
  { name: 'a put of a new row', change: { kind: 'put', into: 'tenants', row: tenantRow('u') } },
  {
    name: 'a put over a row',
    change: { kind: 'put', into: 'vms', row: vmRow('v', { name: 'db', network_id: 'net' }) },
  },
  {
    name: 'a patch of a row',
    change: { kind: 'patch', table: 'vms', id: 'v', set: { name: 'x' } },
  },
  {
    name: 'a patch of no row',
    change: { kind: 'patch', table: 'vms', id: 'missing', set: { name: 'x' } },
  },
  { name: 'a drop of a row', change: { kind: 'drop', from: 'vms', id: 'v' } },
  { name: 'a drop of no row', change: { kind: 'drop', from: 'vms', id: 'missing' } },
];

/** Changes whose guard fails. */
export const IS_REFUSED: readonly Case[] = [
  {
    name: 'an update that sets nothing, of a row that does not match',
    change: { kind: 'update', table: 'vms', id: 'v', set: {}, expect: { revision: 2 }, otherwise },
  },
  {
    name: 'an update that sets nothing, of a row that is gone',
    change: { kind: 'update', table: 'vms', id: 'gone', set: {}, otherwise },
  },
  {
    name: 'an insert of an id that is taken',
    change: { kind: 'insert', into: 'tenants', row: tenantRow('t', 'other'), otherwise },
  },
  {
    name: 'an insert of a name that is taken',
    change: { kind: 'insert', into: 'vms', row: vmRow('w', { name: 'web' }), otherwise },
  },
  {
    name: 'an insert of a position that is taken',
    change: { kind: 'insert', into: 'events', row: eventRow('f', 7), otherwise },
  },
  {
    name: 'an insert of a sequence number that is taken',
    change: {
      kind: 'insert',
      into: 'operation_log',
      row: { id: 'o/01', operation_id: 'o', seq: 1, entry_json: '{}', at_ms: 1 },
      otherwise,
    },
  },
  {
    name: 'an allocation on a node that is gone',
    change: {
      kind: 'insert',
      into: 'allocations',
      row: { ...ROW_OF_EACH_TABLE.allocations, node_id: 'gone' },
      otherwise,
    },
  },
  {
    name: 'an update of no row',
    change: { kind: 'update', table: 'vms', id: 'missing', set: { revision: 2 }, otherwise },
  },
  {
    name: 'an update of a row that does not match',
    change: {
      kind: 'update',
      table: 'vms',
      id: 'v',
      set: { revision: 3 },
      expect: { revision: 2 },
      otherwise,
    },
  },
  {
    name: 'an update to capacity below what is used',
    change: { kind: 'update', table: 'nodes', id: 'n', set: { cpu_cores: 9 }, otherwise },
  },
  {
    name: 'a delete of no row',
    change: { kind: 'delete', from: 'vms', id: 'missing', otherwise },
  },
  {
    name: 'a delete of a row that does not match',
    change: {
      kind: 'delete',
      from: 'vms',
      id: 'v',
      expect: { busy_operation_id: { not: null } },
      otherwise,
    },
  },
  {
    name: 'a sum over its limit',
    change: {
      kind: 'add',
      table: 'storage_pools',
      id: 'ssd',
      by: [{ column: 'size_gb_used', amount: 61, limit: 'size_gb' }],
      otherwise,
    },
  },
  {
    name: 'a sum below 0',
    change: {
      kind: 'add',
      table: 'nodes',
      id: 'n',
      by: [{ column: 'vm_count', amount: -1 }],
      otherwise,
    },
  },
  {
    name: 'two sums of which one is over its limit',
    change: {
      kind: 'add',
      table: 'nodes',
      id: 'n',
      by: [
        { column: 'memory_mib_used', amount: 1, limit: 'memory_mib' },
        { column: 'cpu_cores_used', amount: 7, limit: 'cpu_cores' },
      ],
      otherwise,
    },
  },
  {
    name: 'a sum on a row that does not match',
    change: {
      kind: 'add',
      table: 'nodes',
      id: 'n',
      by: [{ column: 'vm_count', amount: 1 }],
      expect: { status: 'draining' },
      otherwise,
    },
  },
  {
    name: 'a sum over capacity that names no limit',
    change: {
      kind: 'add',
      table: 'nodes',
      id: 'n',
      by: [{ column: 'cpu_cores_used', amount: 7 }],
      otherwise,
    },
  },
  {
    name: 'a first move of a rule that has moved',
    change: { kind: 'move-rule', rule: 'r', from: 0, otherwise },
  },
  {
    name: 'a move of a rule from an older version',
    change: { kind: 'move-rule', rule: 'r', from: 1, otherwise },
  },
  {
    name: 'a move of a rule that does not exist',
    change: { kind: 'move-rule', rule: 'new', from: 1, otherwise },
  },
  {
    name: 'a search for rows that are there',
    change: { kind: 'require-none', of: 'vms', where: { name: 'web' }, otherwise },
  },
];
