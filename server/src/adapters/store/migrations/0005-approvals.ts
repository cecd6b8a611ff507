/** Approvals of any subject: those of 0001 belong to a step of an execution. */
import { sql } from 'kysely';
import { createTable, type Migration, type TablePlan } from '../schema/migration.ts';

const TABLE: TablePlan = {
  name: 'approvals',
  columns: {
    tenant_id: 'text',
    subject_kind: 'text',
    subject_id: 'text',
    subject_name: 'text',
    operation_id: 'text?',
    question: 'text?',
    kind: 'text',
    status: 'text',
    required: 'integer',
    message: 'text?',
    details_json: 'text',
    subject_json: 'text',
    digest: 'text',
    votes_json: 'text',
    revision: 'integer',
    created_at_ms: 'integer',
    created_by: 'text',
    expires_at_ms: 'integer',
    ended_at_ms: 'integer?',
  },
  unique: [['question']],
  indexes: [
    ['tenant_id', 'id'],
    ['tenant_id', 'status', 'id'],
    ['tenant_id', 'subject_kind', 'id'],
    ['tenant_id', 'subject_id', 'id'],
    ['operation_id', 'status', 'id'],
    ['operation_id', 'expires_at_ms'],
  ],
};

const INDEXES_BEFORE = [
  'approvals_by_tenant_id_and_id',
  'approvals_by_tenant_id_and_status_and_id',
  'approvals_by_tenant_id_and_workflow_id_and_id',
  'approvals_by_execution_id_and_id',
];

/** The table keeps its name, which seals its rows; ids have no characters that JSON escapes. */
export const APPROVALS: Migration = {
  name: '0005-approvals',
  up: async (tools) => {
    const { schema } = tools.db;
    await schema.alterTable('approvals').renameTo('approvals_of_steps').execute();
    for (const index of INDEXES_BEFORE) await schema.dropIndex(index).execute();
    await createTable(tools, TABLE);
    await sql`insert into approvals (id, tenant_id, subject_kind, subject_id, subject_name,
        operation_id, question, kind, status, required, message, details_json, subject_json,
        digest, votes_json, revision, created_at_ms, created_by, expires_at_ms, ended_at_ms)
      select id, tenant_id, 'execution', execution_id, workflow,
        execution_id, attempt, kind, status, required, message,
        '{"workflow_id":"' || workflow_id || '","step":"' || step || '"}', subject_json,
        digest, votes_json, revision, created_at_ms, created_by, expires_at_ms, ended_at_ms
      from approvals_of_steps`.execute(tools.db);
    await schema.dropTable('approvals_of_steps').execute();
  },
};
