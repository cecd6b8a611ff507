/** VMs, their groups, networks, volumes and the other resources of tenants. */
import type { TablePlan } from '../schema/migration.ts';

/** Columns that every kind of resource has. */
export const RESOURCE_COLUMNS = {
  tenant_id: 'text',
  namespace: 'text',
  name: 'text',
  schema_version: 'integer',
  revision: 'integer',
  generation: 'integer',
  desired_json: 'text',
  observed_json: 'text',
  busy_operation_id: 'text?',
  created_at_ms: 'integer',
  created_by: 'text',
  updated_at_ms: 'integer',
  updated_by: 'text',
} as const;

/** Tables of resources, and of what belongs to them. */
export const RESOURCE_TABLES: readonly TablePlan[] = [
  {
    name: 'vms',
    columns: {
      ...RESOURCE_COLUMNS,
      network_id: 'text?',
      cpu_baseline: 'text?',
      restart_default: 'text?',
      health: 'text?',
      guest_addresses_json: 'text?',
    },
    unique: [['tenant_id', 'name']],
    indexes: [
      ['tenant_id', 'id'],
      ['network_id'],
      ['tenant_id', 'updated_at_ms', 'id'],
      ['tenant_id', 'created_by', 'id'],
      ['tenant_id', 'network_id', 'id'],
      ['health', 'id'],
      ['tenant_id', 'health', 'id'],
    ],
  },
  {
    name: 'vm_groups',
    columns: { ...RESOURCE_COLUMNS, size: 'integer' },
    unique: [['tenant_id', 'name']],
    indexes: [
      ['tenant_id', 'id'],
      ['tenant_id', 'updated_at_ms', 'id'],
      ['tenant_id', 'created_by', 'id'],
    ],
  },
  {
    name: 'vm_group_members',
    columns: { tenant_id: 'text', group_id: 'text', ordinal: 'integer' },
    unique: [['group_id', 'ordinal']],
    indexes: [['tenant_id']],
  },
  { name: 'vm_secrets', columns: { tenant_id: 'text', secrets_json: 'text' } },
  {
    name: 'networks',
    columns: { ...RESOURCE_COLUMNS, vm_count: 'integer' },
    unique: [['tenant_id', 'name']],
    indexes: [
      ['tenant_id', 'id'],
      ['tenant_id', 'updated_at_ms', 'id'],
      ['tenant_id', 'created_by', 'id'],
    ],
  },
  {
    name: 'network_addresses',
    columns: {
      tenant_id: 'text',
      network_id: 'text',
      vm_id: 'text',
      ip_address: 'text',
      mac_address: 'text',
      created_at_ms: 'integer',
    },
    indexes: [['network_id'], ['vm_id'], ['mac_address']],
  },
  {
    name: 'volumes',
    columns: {
      ...RESOURCE_COLUMNS,
      attached_to: 'text?',
      source_snapshot_id: 'text?',
      pool_id: 'text?',
    },
    unique: [['tenant_id', 'name']],
    indexes: [
      ['tenant_id', 'id'],
      ['attached_to'],
      ['source_snapshot_id'],
      ['tenant_id', 'updated_at_ms', 'id'],
      ['tenant_id', 'created_by', 'id'],
      ['tenant_id', 'attached_to', 'id'],
    ],
  },
  {
    name: 'volume_removals',
    columns: {
      tenant_id: 'text',
      name: 'text',
      pool_id: 'text',
      generation: 'integer',
      due_ms: 'integer',
    },
    indexes: [['due_ms']],
  },
  {
    name: 'snapshots',
    columns: {
      ...RESOURCE_COLUMNS,
      volume_id: 'text',
      node: 'text',
      pool: 'text',
      size_gb: 'integer',
    },
    unique: [['tenant_id', 'name']],
    indexes: [
      ['tenant_id', 'id'],
      ['volume_id'],
      ['node'],
      ['tenant_id', 'updated_at_ms', 'id'],
      ['tenant_id', 'node', 'id'],
      ['tenant_id', 'created_by', 'id'],
      ['tenant_id', 'volume_id', 'id'],
    ],
  },
  {
    name: 'security_groups',
    columns: {
      ...RESOURCE_COLUMNS,
      vm_count: 'integer',
      named_count: 'integer',
      use_version: 'integer',
    },
    unique: [['tenant_id', 'name']],
    indexes: [
      ['tenant_id', 'id'],
      ['tenant_id', 'updated_at_ms', 'id'],
      ['tenant_id', 'created_by', 'id'],
    ],
  },
  {
    name: 'ssh_keys',
    columns: RESOURCE_COLUMNS,
    unique: [['tenant_id', 'name']],
    indexes: [
      ['tenant_id', 'id'],
      ['tenant_id', 'updated_at_ms', 'id'],
      ['tenant_id', 'created_by', 'id'],
    ],
  },
  {
    name: 'templates',
    columns: { name: 'text', document_json: 'text', created_at_ms: 'integer' },
    unique: [['name']],
  },
  {
    name: 'template_versions',
    columns: { tenant_id: 'text', template_id: 'text', version: 'integer', document_json: 'text' },
    unique: [['template_id', 'version']],
  },
  {
    name: 'tenant_templates',
    columns: { ...RESOURCE_COLUMNS, version: 'integer', vm_count: 'integer' },
    unique: [['tenant_id', 'name']],
    indexes: [['tenant_id', 'id']],
  },
  {
    name: 'resource_labels',
    columns: {
      tenant_id: 'text',
      resource_table: 'text',
      resource_id: 'text',
      name: 'text',
      value: 'text',
    },
    indexes: [['tenant_id', 'resource_table', 'name', 'value', 'resource_id'], ['resource_id']],
  },
  {
    name: 'value_intents',
    columns: {
      tenant_id: 'text',
      operation: 'text',
      session: 'text',
      planned_revision: 'text',
      desired_revision: 'text',
      takes_json: 'text',
      leaves_json: 'text',
      created_at_ms: 'integer',
    },
    indexes: [['created_at_ms'], ['session']],
  },
  {
    name: 'planned_writes',
    columns: {
      tenant_id: 'text',
      operation: 'text',
      resource_kind: 'text',
      resource_id: 'text',
      resource_name: 'text',
      user_id: 'text',
      question_json: 'text',
      created_at_ms: 'integer',
    },
    indexes: [['tenant_id', 'id'], ['created_at_ms']],
  },
  {
    name: 'pending_restarts',
    columns: {
      tenant_id: 'text',
      change_json: 'text',
      created_at_ms: 'integer',
      created_by: 'text',
      tried_at_ms: 'integer',
    },
    indexes: [['tried_at_ms']],
  },
  {
    name: 'console_tickets',
    columns: {
      tenant_id: 'text',
      vm_id: 'text',
      principal_id: 'text',
      control_plane_id: 'text',
      expires_at_ms: 'integer',
    },
    indexes: [['expires_at_ms']],
  },
];
