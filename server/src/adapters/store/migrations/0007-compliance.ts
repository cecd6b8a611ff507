/**
 * Findings of compliance checks, and of each tenant the results of the last scan and settings. The
 * keys of encrypted volumes and of their snapshots.
 */
import { createTable, type Migration, type TablePlan } from '../schema/migration.ts';

const TABLES: readonly TablePlan[] = [
  { name: 'content_keys', columns: { tenant_id: 'text', key_sealed: 'text' } },
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
      ['tenant_id', 'auto_corrected_at_ms', 'id'],
    ],
  },
  {
    name: 'compliance_scans',
    columns: { tallies_json: 'text', scanned_at_ms: 'integer' },
  },
  { name: 'compliance_settings', columns: { settings_json: 'text' } },
  {
    name: 'compliance_evidence',
    columns: {
      tenant_id: 'text',
      position: 'integer',
      check_id: 'text',
      subject_kind: 'text',
      subject_id: 'text',
      subject_name: 'text',
      subject_revision: 'integer?',
      state: 'text',
      verdict_json: 'text',
      catalogue: 'text',
      build: 'text',
      at_ms: 'integer',
      until_ms: 'integer?',
      previous: 'text',
      hash: 'text',
    },
    unique: [['tenant_id', 'position']],
    indexes: [
      ['tenant_id', 'subject_id', 'until_ms'],
      ['tenant_id', 'until_ms', 'position'],
      ['until_ms', 'id'],
    ],
  },
  {
    name: 'compliance_samples',
    columns: { tenant_id: 'text', from_ms: 'integer', to_ms: 'integer' },
    indexes: [
      ['tenant_id', 'to_ms', 'id'],
      ['from_ms', 'id'],
    ],
  },
  {
    name: 'compliance_attestations',
    columns: {
      tenant_id: 'text',
      standard: 'text',
      requirement: 'text',
      statement: 'text',
      reference: 'text?',
      valid_until_ms: 'integer',
      created_at_ms: 'integer',
      created_by: 'text',
    },
    indexes: [
      ['tenant_id', 'id'],
      ['tenant_id', 'standard', 'id'],
      ['tenant_id', 'created_at_ms', 'id'],
      ['valid_until_ms', 'id'],
    ],
  },
  {
    name: 'compliance_anchors',
    columns: { at_ms: 'integer', position: 'integer', hash: 'text', channel: 'text' },
  },
  {
    name: 'compliance_points',
    columns: {
      tenant_id: 'text',
      standard: 'text',
      day: 'text',
      scope: 'text',
      catalogue: 'text',
      point_json: 'text',
      at_ms: 'integer',
    },
    indexes: [
      ['tenant_id', 'standard', 'at_ms', 'id'],
      ['at_ms', 'id'],
    ],
  },
];

const WAIVER_COLUMNS = {
  compensating_control: 'text',
  ends_at_ms: 'integer',
  approval_id: 'text',
  approved_by: 'text',
  first_granted_at_ms: 'integer',
  renewals: 'integer',
  withdrawn_at_ms: 'integer',
  waived_id: 'text',
} as const;

/** Adds them, and what waivers of checks and votes on them need. */
export const COMPLIANCE: Migration = {
  name: '0007-compliance',
  up: async (tools) => {
    for (const table of TABLES) await createTable(tools, table);
    const { db, dialect } = tools;
    for (const [name, type] of Object.entries(WAIVER_COLUMNS)) {
      await db.schema.alterTable('policy_waivers').addColumn(name, dialect[type]).execute();
    }
    await db.schema.alterTable('api_keys').addColumn('makers_json', dialect.text).execute();
  },
};
