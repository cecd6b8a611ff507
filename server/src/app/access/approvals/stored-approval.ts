/** What the JSON columns of approvals hold. */
import { isRecord, type JsonObject } from '@novacron/contract/json';
import type { ApprovalRow } from '../../../ports/tables/access/approval-row.ts';
import type { TokenBond } from '../../kernel/definitions/token-bond.ts';
import { damagedRow, parseList, parseStored } from '../../rows/parse-stored.ts';

/** Stored subject of an approval. */
export interface StoredSubject {
  readonly approvers: readonly string[] | null;
  readonly excluded: readonly string[];
  /** The person who requested it; absent if that does not matter. */
  readonly requester?: string | undefined;
  /** What happens once it is given, in lines; absent in those of release 0.1.0. */
  readonly effects?: readonly string[] | undefined;
  /** What is voted about, as people see it. */
  readonly shown: JsonObject;
  /** Reason why it is not approved; absent until it has ended that way. */
  readonly problem?: string | undefined;
  /** When something was done under it; absent until then. */
  readonly usedAtMs?: number | undefined;
}

/** A stored vote. */
export interface StoredVote {
  /** Principal, as it was; its rights are read again when the vote counts. */
  readonly id: string;
  readonly name: string;
  readonly role: string;
  readonly person: string;
  /** Other persons through whom the key was made; absent in votes of release 0.1.0. */
  readonly makers?: readonly string[];
  readonly bond?: TokenBond;
  readonly vote: 'approve' | 'deny';
  readonly comment: string | null;
  readonly atMs: number;
}

/** @throws damagedRow */
export function subjectOf({ id, subject_json }: ApprovalRow): StoredSubject {
  const stored = parseStored<Omit<StoredSubject, 'shown'> & JsonObject>(subject_json);
  if (stored === undefined) throw damagedRow(id, 'its subject cannot be decrypted');
  const { approvers, excluded, requester, effects, problem, usedAtMs, ...shown } = stored;
  return { approvers, excluded, requester, effects, problem, usedAtMs, shown };
}

/** The column of a subject. */
export function subjectJson({ shown, ...others }: StoredSubject): string {
  return JSON.stringify({ ...shown, ...others });
}

/** What lists show of the subject. */
export function detailsOf({ details_json }: Pick<ApprovalRow, 'details_json'>): JsonObject {
  const details = parseStored<JsonObject>(details_json);
  return isRecord(details) ? details : {};
}

/** @throws damagedRow */
export function votesOf({ id, votes_json }: ApprovalRow): readonly StoredVote[] {
  const votes = parseList<StoredVote>(votes_json);
  if (votes === undefined) throw damagedRow(id, 'its votes are not what NovaCron stores');
  return votes;
}
