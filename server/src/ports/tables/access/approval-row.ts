import type {
  ApprovalKind,
  ApprovalStatus,
  ApprovalSubjectKind,
} from '@novacron/contract/access/approval';

/** A row of `approvals`: a question to people about a subject. */
export interface ApprovalRow {
  readonly id: string;
  readonly tenant_id: string;
  readonly subject_kind: ApprovalSubjectKind;
  readonly subject_id: string;
  readonly subject_name: string;
  /** The execution that waits for the answer; null if none does. */
  readonly operation_id: string | null;
  /**
   * Identifies what asks, so that it asks once; unique. The attempt at a step of an execution, or
   * the subject: null once that may ask another time.
   */
  readonly question: string | null;
  /** Whether people decide, or one of them does something and checks it off. */
  readonly kind: ApprovalKind;
  readonly status: ApprovalStatus;
  /** Number of approvals needed. */
  readonly required: number;
  readonly message: string | null;
  /** What lists show of the subject, such as the step, as JSON. */
  readonly details_json: string;
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
