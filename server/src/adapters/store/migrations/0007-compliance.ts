/** Findings of compliance checks, and the results of the last scan of each tenant. */
import { createTable, type Migration, type TablePlan } from '../schema/migration.ts';

const TABLES: readonly TablePlan[] = [
  {
    name: 'compliance_findings',
    columns: {
      tenant_id: 'text',
      state: 'text',
      check_id: 'text',
      severity: 'text',
      subject_kind: 'text',
      subject_id: 'text',
      subject_name: 'text',
      verdict_json: 'text',
      regressions: 'integer',
      first_seen_at_ms: 'integer',
      opened_at_ms: 'integer',
      resolved_at_ms: 'integer?',
      resolved_by: 'text?',
    },
    unique: [['tenant_id', 'subject_id', 'check_id']],
    indexes: [
      ['tenant_id', 'id'],
      ['tenant_id', 'state', 'id'],
      ['tenant_id', 'severity', 'id'],
      ['tenant_id', 'check_id', 'id'],
      ['tenant_id', 'subject_id', 'id'],
      ['tenant_id', 'subject_name', 'id'],
      ['resolved_at_ms', 'id'],
    ],
  },
  {
    name: 'compliance_scans',
    columns: { tallies_json: 'text', scanned_at_ms: 'integer' },
  },
];

/** Adds them. */
export const COMPLIANCE: Migration = {
  name: '0007-compliance',
  up: async (tools) => {
    for (const table of TABLES) await createTable(tools, table);
  },
};
