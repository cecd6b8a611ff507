import type { WorkflowKind } from '@novacron/contract/automation/workflow';

/** A row of `workflows`: a stored workflow or runbook. */
export interface WorkflowRow {
  readonly id: string;
  readonly tenant_id: string;
  /** As in the text; unique in the tenant. */
  readonly name: string;
  readonly kind: WorkflowKind;
  readonly version: number;
  /** As it was given. Sealed where the store seals. */
  readonly text: string;
  /** SHA-256 of the text, hexadecimal. */
  readonly digest: string;
  readonly revision: number;
  readonly created_at_ms: number;
  readonly created_by: string;
  readonly updated_at_ms: number;
  readonly updated_by: string;
}

/** A row of `execution_steps`: an attempt at a step of an execution, or at taking it back. */
export interface ExecutionStepRow {
  /** Execution and attempt joined by `/`, such as `op_…/create#1` or `op_…/undo:create#1`. */
  readonly id: string;
  readonly tenant_id: string;
  /** The operation that is the execution. */
  readonly execution_id: string;
  readonly step: string;
  /** The operation that the attempt began; null where it began none. */
  readonly operation_id: string | null;
  /** null until it has ended well. */
  readonly result: 'succeeded' | 'skipped' | 'undone' | null;
  /** Values by name as JSON; null where there are none. Sealed where the store seals. */
  readonly outputs_json: string | null;
  readonly at_ms: number;
}

/** A row of `workflow_versions`: a text that a workflow has or had. */
export interface WorkflowVersionRow {
  /** Workflow and version joined by `/`, the version with nine digits. */
  readonly id: string;
  readonly tenant_id: string;
  readonly workflow_id: string;
  readonly version: number;
  readonly text: string;
  readonly digest: string;
  readonly created_at_ms: number;
  readonly created_by: string;
}
