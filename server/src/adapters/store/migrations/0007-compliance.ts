/** Findings of compliance checks, and of each tenant the results of the last scan and settings. */
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
      waiver_id: 'text?',
      correction_json: 'text?',
      auto_corrected_at_ms: 'integer?',
    },
    unique: [['tenant_id', 'subject_id', 'check_id']],
    indexes: [
      ['tenant_id', 'id'],
      ['tenant_id', 'state', 'id'],
      ['tenant_id', 'severity', 'id'],
      ['tenant_id', 'check_id', 'id'],
      ['tenant_id', 'subject_id', 'id'],
      ['resolved_at_ms', 'id'],
      ['tenant_id', 'auto_corrected_at_ms', 'id'],
    ],
  },
  {
    name: 'compliance_scans',
    columns: { tallies_json: 'text', scanned_at_ms: 'integer' },
  },
  { name: 'compliance_settings', columns: { settings_json: 'text' } },
];

const WAIVER_COLUMNS = {
  compensating_control: 'text',
  ends_at_ms: 'integer',
  approval_id: 'text',
  approved_by: 'text',
  first_granted_at_ms: 'integer',
  renewals: 'integer',
  withdrawn_at_ms: 'integer',
} as const;

/** Adds them, and what waivers of checks need. */
export const COMPLIANCE: Migration = {
  name: '0007-compliance',
  up: async (tools) => {
    for (const table of TABLES) await createTable(tools, table);
    const { db, dialect } = tools;
    for (const [name, type] of Object.entries(WAIVER_COLUMNS)) {
      await db.schema.alterTable('policy_waivers').addColumn(name, dialect[type]).execute();
    }
  },
};
