/** States of Terraform, artifacts of executions, and the chunks of both. */
import { createTable, type Migration, type TablePlan } from '../schema/migration.ts';

const TABLES: readonly TablePlan[] = [
  {
    name: 'terraform_states',
    columns: {
      tenant_id: 'text',
      name: 'text',
      version: 'integer',
      serial: 'integer?',
      lineage: 'text?',
      lock_id: 'text?',
      lock_json: 'text?',
      locked_by: 'text?',
      locked_at_ms: 'integer?',
      lock_execution_id: 'text?',
      revision: 'integer',
      created_at_ms: 'integer',
      created_by: 'text',
      updated_at_ms: 'integer',
      updated_by: 'text',
    },
    unique: [['tenant_id', 'name']],
  },
  {
    name: 'terraform_state_versions',
    columns: {
      state_id: 'text',
      version: 'integer',
      serial: 'integer',
      lineage: 'text',
      terraform_version: 'text?',
      resources: 'integer',
      bytes: 'integer',
      sha256: 'text',
      content: 'text',
      restored_from: 'integer?',
      created_at_ms: 'integer',
      created_by: 'text',
    },
    indexes: [['state_id', 'version'], ['content']],
  },
  {
    name: 'execution_artifacts',
    columns: {
      tenant_id: 'text',
      execution_id: 'text',
      step: 'text',
      attempt: 'text',
      name: 'text',
      bytes: 'integer',
      sha256: 'text',
      content: 'text',
      created_at_ms: 'integer',
    },
    indexes: [['execution_id'], ['tenant_id'], ['content']],
  },
  {
    name: 'stored_chunks',
    columns: { content: 'text', text: 'text', created_at_ms: 'integer' },
    indexes: [['content'], ['created_at_ms']],
  },
];

/** Larger than any sum of a store: no limit. */
const UNLIMITED = Number.MAX_SAFE_INTEGER;

/** Adds them; tenants get a quota of their bytes, API keys the states that they may use. */
export const TERRAFORM_STATES: Migration = {
  name: '0004-terraform-states',
  up: async (tools) => {
    for (const table of TABLES) await createTable(tools, table);
    const { db, dialect } = tools;
    const quotas = { terraform_state_bytes_used: 0, terraform_state_bytes_max: UNLIMITED };
    for (const [name, initial] of Object.entries(quotas)) {
      await db.schema
        .alterTable('tenant_quotas')
        .addColumn(name, dialect.integer, (column) => column.notNull().defaultTo(initial))
        .execute();
    }
    await db.schema
      .alterTable('api_keys')
      .addColumn('terraform_states_json', dialect.text)
      .execute();
  },
};
