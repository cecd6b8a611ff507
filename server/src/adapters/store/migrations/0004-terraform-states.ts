/** States of Terraform, and the chunks of large contents. */
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
    name: 'stored_chunks',
    columns: { content: 'text', text: 'text', created_at_ms: 'integer' },
    indexes: [['content'], ['created_at_ms']],
  },
];

/** Adds them. */
export const TERRAFORM_STATES: Migration = {
  name: '0004-terraform-states',
  up: async (tools) => {
    for (const table of TABLES) await createTable(tools, table);
  },
};
