/** Sealed columns of the store: secrets, the texts of policies, and drift baselines. */
import { keysOf } from '@novacron/contract/closed-table';
import type { TableName, Tables } from '../../ports/tables/tables.ts';

type TextColumn<T extends TableName> = {
  [C in keyof Tables[T]]: Tables[T][C] extends string | null ? C : never;
}[keyof Tables[T]];

/**
 * The sealed columns by table. Texts of policies are also in the audit log, which says what was
 * changed; baselines are in the definitions of operations until these have ended.
 */
export const SEALED_COLUMNS = {
  alerts: ['said_json'],
  approvals: ['subject_json'],
  audit: ['changes_json'],
  audit_checkpoints: ['mark_json'],
  authorities: ['private_sealed'],
  baselines: ['applied_json'],
  drift_marks: ['marks_json'],
  drift_records: ['record_json'],
  execution_logs: ['text'],
  execution_signals: ['data_json'],
  execution_steps: ['outputs_json'],
  operations: ['definition_json'],
  orchestration_policies: ['desired_json', 'compiled_json', 'selector', 'rules'],
  pending_restarts: ['change_json'],
  planned_writes: ['question_json'],
  policy_data: ['document'],
  policy_data_versions: ['document'],
  policy_decisions: ['record_json'],
  notification_channels: ['target_json'],
  notification_messages: ['message_json'],
  policy_violations: ['reasons_json'],
  compliance_evidence: ['verdict_json'],
  compliance_findings: ['verdict_json'],
  content_keys: ['key_sealed'],
  policy_signing_keys: ['key_sealed'],
  policy_versions: ['rule', 'compiled_json'],
  secret_versions: ['value_sealed'],
  signing_keys: ['private_sealed'],
  stored_chunks: ['text'],
  template_versions: ['document_json'],
  tenant_templates: ['desired_json'],
  vm_secrets: ['secrets_json'],
  gitops_applications: ['spec_json'],
  workflow_bundles: ['files_json'],
  workflow_triggers: ['spec_json', 'author_json'],
  workflow_versions: ['text'],
  workflows: ['text'],
} as const satisfies { readonly [T in TableName]?: readonly TextColumn<T>[] };

/** Names a table that has sealed columns. */
export type SealedTable = keyof typeof SEALED_COLUMNS;

/** Read as a whole with every report or every write: worth remembering once they are opened. */
const REMEMBERED_TABLES: ReadonlySet<string> = new Set<SealedTable>([
  'baselines',
  'orchestration_policies',
  'policy_data',
  'policy_versions',
]);

/** Whether what was opened in a table is remembered. */
export function isRemembered(table: string): boolean {
  return REMEMBERED_TABLES.has(table);
}

/** Every table with sealed columns, always in the same order. */
export function sealedTables(): readonly SealedTable[] {
  return keysOf(SEALED_COLUMNS).toSorted();
}

/** The sealed columns of a table; none for most. */
export function sealedColumnsOf(table: string): readonly string[] {
  const columns: Readonly<Record<string, readonly string[]>> = SEALED_COLUMNS;
  return Object.hasOwn(columns, table) ? (columns[table] ?? []) : [];
}
