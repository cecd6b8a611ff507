/** What differs between kinds of subjects: the rest of an approval is the same for all. */
import type { ApprovalSubjectKind } from '@novacron/contract/access/approval';
import type { Allowed } from '@novacron/contract/operations-table/permissions';
import type { Change } from '../../../ports/store.ts';
import type { ApprovalRow } from '../../../ports/tables/access/approval-row.ts';
import type { Principal } from '../../kernel/context/call-context.ts';

/** Behavior of a kind of subject. */
export interface ApprovalSubject {
  /** What voters must be allowed to do, besides voting. */
  readonly right?: (row: ApprovalRow) => Allowed;
  /**
   * Makes the digest of the question that would be asked now.
   * @returns undefined if there is nothing left to decide
   */
  readonly digestNow: (row: ApprovalRow) => Promise<string | undefined>;
  /**
   * Plans what the deciding vote changes besides the approval.
   * @returns undefined if there is nothing left to decide
   */
  readonly decide: (row: ApprovalRow, vote: DecidingVote) => Promise<ApprovalDecision | undefined>;
}

/** The vote that decides, or would. */
export interface DecidingVote {
  readonly vote: 'approve' | 'deny';
  readonly person: string;
}

/** What follows from the deciding vote. */
export interface ApprovalDecision {
  /** Committed with the vote. */
  readonly changes: readonly Change[];
  /** Called after the commit. */
  readonly after: () => Promise<void>;
}

/** The table of all kinds. */
export type ApprovalSubjects = Readonly<Record<ApprovalSubjectKind, ApprovalSubject>>;

/** The view of an approval that someone has. */
export interface ApprovalView {
  readonly subject: Pick<ApprovalSubject, 'right'>;
  readonly principal: Principal;
  readonly person: string;
  /** Other persons through whom the key of the principal was made. */
  readonly makers: readonly string[];
}
