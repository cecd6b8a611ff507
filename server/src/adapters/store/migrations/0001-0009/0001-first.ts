/** The first schema: every table of `ports/tables/tables.ts` as of release 0.1. */
import { sql } from 'kysely';
import {
  createTable,
  type Migration,
  type MigrationTools,
  type TablePlan,
} from '../../schema/migration.ts';

const RESOURCE_COLUMNS = {
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

const RESOURCE_UNIQUE = [['tenant_id', 'name']] as const;

const RESOURCE_TABLES: readonly TablePlan[] = [
  {
    name: 'vms',
    columns: { ...RESOURCE_COLUMNS, network_id: 'text?' },
    unique: RESOURCE_UNIQUE,
    indexes: [['tenant_id', 'id'], ['network_id']],
  },
  {
    name: 'networks',
    columns: { ...RESOURCE_COLUMNS, vm_count: 'integer' },
    unique: RESOURCE_UNIQUE,
    indexes: [['tenant_id', 'id']],
  },
  {
    name: 'volumes',
    columns: { ...RESOURCE_COLUMNS, attached_to: 'text?' },
    unique: RESOURCE_UNIQUE,
    indexes: [['tenant_id', 'id'], ['attached_to']],
  },
  {
    name: 'orchestration_policies',
    columns: { ...RESOURCE_COLUMNS, enabled: 'integer', compiled_json: 'text' },
    unique: RESOURCE_UNIQUE,
    indexes: [
      ['tenant_id', 'id'],
      ['tenant_id', 'enabled'],
    ],
  },
];

/** Checks behind the guards: a fault in NovaCron must not overcommit either. */
function withinCapacity(used: string, capacity: string) {
  return sql<boolean>`${sql.ref(used)} >= 0 and ${sql.ref(used)} <= ${sql.ref(capacity)}`;
}

const FLEET_TABLES: readonly TablePlan[] = [
  {
    name: 'nodes',
    columns: {
      name: 'text',
      zone: 'text',
      rack: 'text',
      driver: 'text',
      status: 'text',
      capabilities_json: 'text',
      cpu_cores: 'integer',
      memory_mib: 'integer',
      disk_gb: 'integer',
      cpu_cores_used: 'integer',
      memory_mib_used: 'integer',
      disk_gb_used: 'integer',
      vm_count: 'integer',
      last_seen_at_ms: 'integer',
      created_at_ms: 'integer',
    },
    unique: [['name']],
    constrain: (table) =>
      table
        .addCheckConstraint('nodes_have_cpu_cores', withinCapacity('cpu_cores_used', 'cpu_cores'))
        .addCheckConstraint('nodes_have_memory', withinCapacity('memory_mib_used', 'memory_mib'))
        .addCheckConstraint('nodes_have_disk', withinCapacity('disk_gb_used', 'disk_gb')),
  },
  {
    name: 'storage_pools',
    columns: { size_gb: 'integer', size_gb_used: 'integer' },
    constrain: (table) =>
      table.addCheckConstraint(
        'storage_pools_have_room',
        withinCapacity('size_gb_used', 'size_gb'),
      ),
  },
  {
    name: 'templates',
    columns: { name: 'text', document_json: 'text', created_at_ms: 'integer' },
    unique: [['name']],
  },
  {
    name: 'allocations',
    columns: {
      vm_id: 'text',
      node_id: 'text',
      cpu_cores: 'integer',
      memory_mib: 'integer',
      disk_gb: 'integer',
      created_at_ms: 'integer',
    },
    indexes: [['vm_id'], ['node_id']],
    constrain: (table) =>
      table.addForeignKeyConstraint('allocations_on_a_node', ['node_id'], 'nodes', ['id']),
  },
  { name: 'rule_versions', columns: { version: 'integer' } },
  {
    name: 'placement_decisions',
    columns: {
      tenant_id: 'text',
      vm_id: 'text',
      operation_id: 'text',
      decision_json: 'text',
      created_at_ms: 'integer',
    },
    indexes: [['tenant_id', 'id'], ['vm_id']],
  },
];

const ACCESS_TABLES: readonly TablePlan[] = [
  { name: 'tenants', columns: { name: 'text', created_at_ms: 'integer' }, unique: [['name']] },
  {
    name: 'api_keys',
    columns: {
      tenant_id: 'text',
      name: 'text',
      role: 'text',
      secret_hash: 'text',
      created_at_ms: 'integer',
      expires_at_ms: 'integer?',
    },
    unique: [['tenant_id', 'name']],
    indexes: [['secret_hash']],
  },
  {
    name: 'audit',
    columns: {
      tenant_id: 'text',
      at_ms: 'integer',
      principal: 'text',
      client: 'text',
      request_id: 'text',
      operation: 'text',
      outcome: 'text',
      resource_kind: 'text',
      resource_id: 'text',
      resource_name: 'text',
      changes_json: 'text',
    },
    indexes: [['tenant_id', 'id'], ['resource_id']],
  },
];

const OPERATION_TABLES: readonly TablePlan[] = [
  {
    name: 'operations',
    columns: {
      tenant_id: 'text',
      kind: 'text',
      target_kind: 'text',
      target_id: 'text',
      target_name: 'text',
      status: 'text',
      definition_json: 'text',
      problem_json: 'text?',
      created_at_ms: 'integer',
      created_by: 'text',
      finished_at_ms: 'integer?',
    },
    // The first also serves those that run in pages, in the order of their ids.
    indexes: [['status', 'id'], ['tenant_id', 'id'], ['target_id']],
  },
  {
    name: 'operation_log',
    columns: { operation_id: 'text', seq: 'integer', entry_json: 'text', at_ms: 'integer' },
    // Also the index that finds a log by its operation.
    unique: [['operation_id', 'seq']],
    constrain: (table) =>
      table.addForeignKeyConstraint(
        'operation_log_of_an_operation',
        ['operation_id'],
        'operations',
        ['id'],
        (key) => key.onDelete('cascade'),
      ),
  },
  {
    name: 'events',
    columns: {
      position: 'integer?',
      tenant_id: 'text',
      type: 'text',
      source: 'text',
      target: 'text',
      priority: 'text',
      data_json: 'text',
      at_ms: 'integer',
    },
    // Also the index that finds events by position, and those that have none yet.
    unique: [['position']],
  },
  {
    name: 'idempotency_keys',
    columns: {
      tenant_id: 'text',
      request_hash: 'text',
      resource_id: 'text',
      operation_id: 'text',
      created_at_ms: 'integer',
    },
  },
  {
    name: 'baselines',
    columns: {
      tenant_id: 'text',
      resource_kind: 'text',
      deployment: 'text',
      applied_json: 'text',
      applied_hash: 'text',
      applied_at_ms: 'integer',
      applied_by: 'text',
    },
    indexes: [['tenant_id']],
  },
];

async function up(tools: MigrationTools): Promise<void> {
  const tables = [RESOURCE_TABLES, FLEET_TABLES, ACCESS_TABLES, OPERATION_TABLES].flat();
  for (const table of tables) await createTable(tools, table);
}

/** Makes all tables. */
export const first: Migration = { name: '0001-first', up };
