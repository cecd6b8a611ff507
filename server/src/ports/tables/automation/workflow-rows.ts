import type { WorkflowKind } from '@novacron/contract/automation/workflow';

/** A row of `workflows`: a stored workflow or runbook. */
export interface WorkflowRow {
  readonly id: string;
  readonly tenant_id: string;
  /** Name from the text; unique in the tenant. */
  readonly name: string;
  readonly kind: WorkflowKind;
  /** Whether it may run: 1 or 0. */
  readonly enabled: number;
  readonly version: number;
  /** Text as submitted. Sealed where the store seals. */
  readonly text: string;
  /** SHA-256 of the text and its bundle, hexadecimal. */
  readonly digest: string;
  /** Digest of its bundle; null where it has none. */
  readonly bundle: string | null;
  /** JSON of `RunAsGrant`: which text may run as which API key; null where none may. */
  readonly run_as_json: string | null;
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
  /** JSON of `StepOrder`: the runner that has, or may have, the attempt; null for other steps. */
  readonly order_json: string | null;
  /** JSON of `Sender`: the server that sends, or has sent, the request; null for other steps. */
  readonly sender_json: string | null;
  readonly at_ms: number;
}

/** A row of `execution_logs`: what the command of an attempt has printed. */
export interface ExecutionLogRow {
  /** That of its attempt in `execution_steps`. */
  readonly id: string;
  readonly tenant_id: string;
  readonly execution_id: string;
  readonly step: string;
  /** Key of the attempt, such as `read#1` or `undo:read#1`. */
  readonly attempt: string;
  /** Standard output and error, masked; at most 1 MiB. Sealed where the store seals. */
  readonly text: string;
  /** Number of bytes omitted from the text. */
  readonly dropped_bytes: number;
  readonly at_ms: number;
}

/** A row of `execution_artifacts`: what an attempt has saved for later steps. */
export interface ExecutionArtifactRow {
  /** That of its attempt in `execution_steps`, and its name, joined by `/`. */
  readonly id: string;
  readonly tenant_id: string;
  readonly execution_id: string;
  readonly step: string;
  /** Key of the attempt, such as `read#1`. */
  readonly attempt: string;
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
  /** Names its chunks. */
  readonly content: string;
  readonly created_at_ms: number;
}

/** A row of `execution_slas`: the moments of the SLA of an execution. */
export interface ExecutionSlaRow {
  /** The operation that is the execution. */
  readonly id: string;
  readonly tenant_id: string;
  readonly warn_ms: number | null;
  readonly breach_ms: number;
  readonly escalate_ms: number | null;
  /** The next moment to judge; null: all have been. */
  readonly due_ms: number | null;
  /** Time when the execution was found to be late; null unless it was. */
  readonly warned_ms: number | null;
  readonly breached_ms: number | null;
  readonly escalated_ms: number | null;
}

/** A row of `execution_signals`: what steps of an execution wait for, or what it was sent. */
export interface ExecutionSignalRow {
  /** Execution and name of the signal joined by `/`: each comes once. */
  readonly id: string;
  readonly tenant_id: string;
  /** The operation that is the execution. */
  readonly execution_id: string;
  readonly name: string;
  /** `awaited`: a step has begun to wait, and it has not come. */
  readonly state: 'awaited' | 'received';
  /** Payload, as JSON; `{}` until received. Sealed where the store seals. */
  readonly data_json: string;
  /** Sender; null until received. */
  readonly sent_by: string | null;
  readonly sent_at_ms: number | null;
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
  /** Digest of its bundle; null where it has none. */
  readonly bundle: string | null;
  readonly created_at_ms: number;
  readonly created_by: string;
  /** Person who created it; null in rows that predate persons. */
  readonly created_by_person: string | null;
}

/** A row of `workflow_bundles`: a bundle that versions of a workflow have or had. */
export interface WorkflowBundleRow {
  /** Workflow and digest of the bundle joined by `/`. */
  readonly id: string;
  readonly tenant_id: string;
  readonly workflow_id: string;
  /** JSON of a list of `BundleFile`. Sealed where the store seals. */
  readonly files_json: string;
}

/** A row of `workflow_triggers`: a schedule or a trigger of a workflow's current text. */
export interface WorkflowTriggerRow {
  /** Workflow and digest of the schedule or trigger joined by `/`: the same one keeps its place. */
  readonly id: string;
  readonly tenant_id: string;
  readonly workflow_id: string;
  readonly kind: 'schedule' | 'event' | 'metric' | 'webhook';
  /** Version of the text that it runs. */
  readonly version: number;
  /** The schedule or trigger as the text has it. Sealed where the store seals. */
  readonly spec_json: string;
  /** Author of the text, on whose behalf its executions run. Sealed where the store seals. */
  readonly author_json: string;
  /** `off`: its author is no longer authorized. */
  readonly state: 'on' | 'off';
  /** Events until then start nothing: they may be published later than they happened. */
  readonly since_ms: number;
  /**
   * The last moment that it has started, or left out; of events the last position; of a metric
   * since when it is across the threshold, 0 where it is not; 0 of webhooks.
   */
  readonly reached: number;
  /** Next evaluation of a schedule; null if it starts nothing any more, and for other triggers. */
  readonly next_ms: number | null;
  /** The execution that it started last. */
  readonly started_id: string | null;
  /** Outcome of the last start: a sentence if it was not started. */
  readonly outcome: string | null;
  readonly at_ms: number | null;
}

/** A row of `schedule_moments`: a moment of a schedule that has started an execution. */
export interface ScheduleMomentRow {
  /** Id of the schedule in `workflow_triggers` and the moment in ms, joined by `/`. */
  readonly id: string;
  readonly tenant_id: string;
  readonly execution_id: string;
  /** Origin of the execution: the schedule when it was due, or a later backfill. */
  readonly source: 'schedule' | 'backfill';
}

/** A row of `webhook_deliveries`: a delivery that a webhook has taken, so that it takes it once. */
export interface WebhookDeliveryRow {
  /** Workflow and digest of the webhook's name and the delivery's id, joined by `/`. */
  readonly id: string;
  readonly tenant_id: string;
  /** The execution that it started; null where it was refused. */
  readonly execution_id: string | null;
  /** From then on one with the same id would be another one. */
  readonly expires_at_ms: number;
}
