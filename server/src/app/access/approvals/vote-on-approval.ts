/** Votes on approvals. What follows from the vote that decides is in the same commit. */
import type { Approval } from '@novacron/contract/access/approval';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { countVotes } from '@novacron/engine/automation/workflows/approval/count-votes';
import type { ApprovalRow } from '../../../ports/tables/access/approval-row.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { retryConflicts } from '../../kernel/write/retry-conflicts.ts';
import { auditObject, commitObject } from '../../kernel/write/write-object.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import type { AccessDeps } from '../deps.ts';
import { makersOf, personOf, personWithKey } from '../identity/person-of.ts';
import { approvalEvent, changedApproval, updateApproval } from './approval-changes.ts';
import type { ApprovalDecision, ApprovalSubject, ApprovalSubjects } from './approval-subjects.ts';
import { findApproval, toApproval } from './read-approvals.ts';
import { refuseVote } from './refuse-vote.ts';
import { detailsOf, type StoredVote, votesOf } from './stored-approval.ts';

/** Dependencies of votes. */
export interface VoteParts {
  readonly deps: AccessDeps;
  readonly subjects: ApprovalSubjects;
}

type Name = 'approval.approve' | 'approval.deny';
type Voted = Result<{ readonly resource: Approval }, Problem>;

/** Approves or denies. Problems: `not-found`, `forbidden`, those of policies, `conflict`. */
export function voteOnApproval(
  parts: VoteParts,
  name: Name,
  input: ParsedInputOf<Name>,
  context: CallContext,
): Promise<Voted> {
  return retryConflicts(parts.deps, context, name, () => vote(parts, name, input, context));
}

async function vote(
  { deps, subjects }: VoteParts,
  name: Name,
  input: ParsedInputOf<Name>,
  context: CallContext,
): Promise<Voted> {
  const found = await findApproval(deps, input.id, context);
  if (!found.ok) return found;
  const row = found.value;
  const { principal } = context;
  const person = await personOf(deps, principal);
  const subject = subjects[row.subject_kind];
  const makers = await makersOf(deps, principal);
  const asked = { row, person, makers, input, subject, name };
  const checked = await checkVote(deps, asked, context);
  const target = { id: row.id, name: row.subject_name };
  if (!checked.ok) {
    await auditObject(deps, context, { operation: name, target }, checked.error);
    return checked;
  }
  const votes = [...votesOf(row), newVote(deps, asked, context)];
  const status = countVotes(votes, row.required);
  const why = status === 'denied' ? { problem: denialOf(asked, context) } : {};
  const changed = changedApproval(deps, row, { status, votes, ...why });
  const decision = status === 'pending' ? undefined : checked.value;
  const done = await commitObject(deps, context, {
    operation: name,
    resourceKind: 'approval',
    target,
    ...fieldsOf(row, votes),
    changes: [updateApproval(row, changed), ...(decision?.changes ?? [])],
    events: [approvalEvent(deps, changed, status === 'pending' ? 'voted' : status)],
    answer: undefined,
  });
  if (!done.ok) return done;
  await decision?.after();
  return ok({ resource: toApproval(changed, { subject, principal, person, makers }) });
}

/** The fields that policies see. */
function fieldsOf(row: ApprovalRow, votes: readonly StoredVote[]) {
  const { subject_kind, subject_id, subject_name, required } = row;
  const details = detailsOf(row);
  const fields = { subject_kind, subject_id, subject_name, details, required };
  const last = votes.at(-1);
  const approved = votes.filter((each) => each.vote === 'approve').length;
  return {
    before: { ...fields, approved: votesOf(row).length, person: '', vote: '' },
    wanted: { ...fields, approved, person: last?.person ?? '', vote: last?.vote ?? '' },
  };
}

function denialOf({ row, input: { comment } }: Asked, { principal }: CallContext): string {
  const denied = row.kind === 'check' ? 'could not do it' : 'has denied it';
  return `${principal.name} ${denied}${comment === undefined ? '' : `: ${comment}`}`;
}

function newVote(
  { clock }: AccessDeps,
  { name, person, makers, input }: Pick<Asked, 'name' | 'person' | 'makers' | 'input'>,
  { principal }: CallContext,
): StoredVote {
  const { id, name: by, role, bond } = principal;
  return {
    id,
    name: by,
    role,
    ...(bond === undefined ? {} : { bond }),
    person,
    makers,
    vote: voteOf(name),
    comment: input.comment ?? null,
    atMs: clock.nowMs(),
  };
}

function voteOf(name: Name): 'approve' | 'deny' {
  return name === 'approval.approve' ? 'approve' : 'deny';
}

interface Asked {
  readonly row: ApprovalRow;
  readonly person: string;
  readonly makers: readonly string[];
  readonly input: ParsedInputOf<Name>;
  readonly subject: ApprovalSubject;
  readonly name: Name;
}

/** @returns what follows if the vote decides, or why it is refused */
async function checkVote(
  { clock }: AccessDeps,
  { row, person, makers, input, subject, name }: Asked,
  { principal }: CallContext,
): Promise<Result<ApprovalDecision, Problem>> {
  if (row.status !== 'pending') return err(hasEnded(row, `it is ${row.status}`));
  if (row.expires_at_ms <= clock.nowMs()) {
    const until = toTimestamp(row.expires_at_ms);
    return err(hasEnded(row, `it is expired: it could be given until ${until}`));
  }
  const reason = refuseVote(row, { subject, principal, person, makers });
  if (reason !== undefined) return err(mayNotVote(row, { principal, person, reason }));
  // First what the decision changes, whose guards then also cover what the digest is made of.
  const decision = await subject.decide(row, { vote: voteOf(name), person });
  const digest = await subject.digestNow(row);
  if (decision === undefined || digest === undefined) {
    return err(hasEnded(row, 'there is nothing left to decide'));
  }
  const isSame = digest === row.digest && (input.digest ?? digest) === digest;
  return isSame ? ok(decision) : err(isOther(row));
}

function hasEnded({ id, subject_name }: ApprovalRow, reason: string): Problem {
  return problem('validation-failed', {
    detail: `The approval ${id} of ${subject_name} takes no votes: ${reason}.`,
    remedy: `See what has become of it: novacron approval show ${id}`,
    fields: [{ path: ['id'], message: 'takes no votes' }],
  });
}

function mayNotVote(
  { id, subject_name }: ApprovalRow,
  refused: Pick<CallContext, 'principal'> & { readonly person: string; readonly reason: string },
): Problem {
  const { principal, person, reason } = refused;
  const who = personWithKey(person, principal);
  return problem('forbidden', {
    title: 'You may not vote on this',
    detail: `${who} may not vote on ${id} of ${subject_name}: ${person} ${reason}.`,
    remedy: `Ask another person; novacron approval show ${id} lists who may vote.`,
  });
}

function isOther({ id, subject_name }: ApprovalRow): Problem {
  return problem('validation-failed', {
    detail: `What ${id} of ${subject_name} is about has changed since this vote was prepared.`,
    remedy: `Review the current request (novacron approval show ${id}), and vote again.`,
    fields: [{ path: ['digest'], message: 'does not match the approval' }],
  });
}
