/** GitOps applications. */
import { createTable, type Migration, type TablePlan } from '../schema/migration.ts';

const APPLICATIONS: TablePlan = {
  name: 'gitops_applications',
  columns: {
    tenant_id: 'text',
    name: 'text',
    environment: 'text?',
    workflow_id: 'text',
    spec_json: 'text',
    synced_json: 'text?',
    status_json: 'text?',
    health_status: 'text',
    revision: 'integer',
    created_at_ms: 'integer',
    created_by: 'text',
    updated_at_ms: 'integer',
    updated_by: 'text',
  },
  unique: [['tenant_id', 'name']],
  indexes: [
    ['workflow_id'],
    ['tenant_id', 'id'],
    ['tenant_id', 'environment', 'id'],
    ['tenant_id', 'health_status', 'id'],
    ['tenant_id', 'created_at_ms', 'id'],
  ],
};

/** Adds them; idempotency keys get the execution whose step sent the request. */
export const GITOPS: Migration = {
  name: '0006-gitops',
  up: async (tools) => {
    await createTable(tools, APPLICATIONS);
    const { db, dialect } = tools;
    await db.schema
      .alterTable('idempotency_keys')
      .addColumn('execution_id', dialect.text)
      .execute();
  },
};
