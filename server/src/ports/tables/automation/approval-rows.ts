import type { ApprovalKind, ApprovalStatus } from '@novacron/contract/automation/approval';

/** A row of `approvals`: a question to people, asked by an attempt at a step of an execution. */
export interface ApprovalRow {
  readonly id: string;
  readonly tenant_id: string;
  /** The operation that is the execution. */
  readonly execution_id: string;
  /** Execution and attempt joined by `/`; unique. */
  readonly attempt: string;
  readonly step: string;
  readonly workflow_id: string;
  readonly workflow: string;
  /** Whether people decide, or one of them does something and checks it off. */
  readonly kind: ApprovalKind;
  readonly status: ApprovalStatus;
  /** Number of approvals needed. */
  readonly required: number;
  readonly message: string | null;
  /** Eligible voters and the subject of the vote, as JSON. Sealed where the store seals. */
  readonly subject_json: string;
  /** SHA-256 of what is voted about, hexadecimal. */
  readonly digest: string;
  /** The votes, oldest first, as JSON of `ApprovalVote` with ids of principals. */
  readonly votes_json: string;
  readonly revision: number;
  readonly created_at_ms: number;
  readonly created_by: string;
  readonly expires_at_ms: number;
  readonly ended_at_ms: number | null;
}
