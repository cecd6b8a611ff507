/** Votes on approvals. The vote that decides takes the execution over in the same commit. */
import type { Approval } from '@novacron/contract/automation/approval';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import {
  countVotes,
  refuseVoter,
} from '@novacron/engine/automation/workflows/approval/count-votes';
import type { ApprovalRow } from '../../../ports/tables/automation/approval-rows.ts';
import type { Tables } from '../../../ports/tables/tables.ts';
import { personOf, personWithKey } from '../../access/identity/person-of.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { readLog } from '../../kernel/operations/answer-operation.ts';
import type { OperationExecutor } from '../../kernel/operations/execute-operations.ts';
import { retryConflicts } from '../../kernel/write/retry-conflicts.ts';
import { auditObject, commitObject } from '../../kernel/write/write-object.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { replan } from '../../rows/resource-problems.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import { approvalEvent, changedApproval, updateApproval } from './approval-changes.ts';
import { findApproval, toApproval } from './read-approvals.ts';
import { isSameQuestion, type StoredVote, subjectOf, votesOf } from './tasks/approval-subject.ts';
import { takeExecution } from './tasks/take-execution.ts';

/** Dependencies of votes. */
export interface VoteParts {
  readonly deps: CapabilityDeps;
  readonly executor: Pick<OperationExecutor, 'takeOver' | 'wake'>;
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
  parts: VoteParts,
  name: Name,
  input: ParsedInputOf<Name>,
  context: CallContext,
): Promise<Voted> {
  const { deps } = parts;
  const found = await findApproval(deps, input.id, context);
  if (!found.ok) return found;
  const row = found.value;
  const person = await personOf(deps, context.principal);
  const { operation, refusal } = await checkVote(deps, { row, person, input }, context);
  const target = { id: row.id, name: row.workflow };
  if (refusal !== undefined || operation === undefined) {
    const reason = refusal ?? replan(`The execution of ${row.workflow}`);
    await auditObject(deps, context, { operation: name, target }, reason);
    return err(reason);
  }
  const votes = [...votesOf(row), newVote(deps, { name, person, input }, context)];
  const status = countVotes(votes, row.required);
  const said = input.comment === undefined ? '' : `: ${input.comment}`;
  const denied = row.kind === 'check' ? 'could not do it' : 'has denied it';
  const denial = `${context.principal.name} ${denied}${said}`;
  const why = status === 'denied' ? { problem: denial } : {};
  const changed = changedApproval(deps, row, { status, votes, ...why });
  const taken = status === 'pending' ? undefined : takeExecution(deps, operation);
  const approved = votes.filter((each) => each.vote === 'approve').length;
  const { workflow, step, required } = row;
  const fields = { workflow, step, required, person, vote: votes.at(-1)?.vote ?? '' };
  const done = await commitObject(deps, context, {
    operation: name,
    resourceKind: 'approval',
    target,
    before: { ...fields, approved: votesOf(row).length, person: '', vote: '' },
    wanted: { ...fields, approved },
    changes: [updateApproval(row, changed), ...(taken === undefined ? [] : [taken.change])],
    events: [approvalEvent(deps, changed, status === 'pending' ? 'voted' : status)],
    answer: undefined,
  });
  if (!done.ok) return done;
  if (taken?.row !== undefined) {
    parts.executor.takeOver(taken.row, await readLog(deps.store, operation.id));
  } else if (taken !== undefined) {
    parts.executor.wake(operation.id);
  }
  return ok({ resource: toApproval(changed, { ...context.principal, person }) });
}

function newVote(
  { clock }: CapabilityDeps,
  { name, person, input }: { readonly name: Name } & Omit<Asked, 'row'>,
  { principal }: CallContext,
): StoredVote {
  const { id, name: by, role, bond } = principal;
  return {
    id,
    name: by,
    role,
    ...(bond === undefined ? {} : { bond }),
    person,
    vote: name === 'approval.approve' ? 'approve' : 'deny',
    comment: input.comment ?? null,
    atMs: clock.nowMs(),
  };
}

interface Asked {
  readonly row: ApprovalRow;
  readonly person: string;
  readonly input: ParsedInputOf<Name>;
}

/** Finds the execution, and why the vote is refused. */
async function checkVote(
  deps: CapabilityDeps,
  { row, person, input }: Asked,
  { principal }: CallContext,
): Promise<{
  readonly operation?: Tables['operations'] | undefined;
  readonly refusal?: Problem | undefined;
}> {
  const { operations, done } = await deps.store.snapshot({
    operations: { from: 'operations', where: { id: row.execution_id } },
    done: {
      from: 'execution_steps',
      where: { execution_id: row.execution_id, result: 'succeeded' },
    },
  });
  const [operation] = operations;
  const isOver = operation === undefined || operation.finished_at_ms !== null;
  if (isOver || row.status !== 'pending') return { refusal: hasEnded(row, row.status) };
  if (row.expires_at_ms <= deps.clock.nowMs()) return { refusal: hasEnded(row, 'expired') };
  const reason = refuseVoter(subjectOf(row), votesOf(row), { ...principal, person });
  if (reason !== undefined) return { refusal: mayNotVote(row, { principal, person, reason }) };
  const isSame = await isSameQuestion(deps, row, operation, done);
  if (!isSame || (input.digest ?? row.digest) !== row.digest) return { refusal: isOther(row) };
  return { operation };
}

function hasEnded(row: ApprovalRow, status: ApprovalRow['status']): Problem {
  const when =
    status === 'expired' ? `: it could be given until ${toTimestamp(row.expires_at_ms)}` : '';
  return problem('validation-failed', {
    detail: `The approval ${row.id} of ${row.workflow} takes no votes: it is ${status}${when}.`,
    remedy: `See its execution: novacron execution show ${row.execution_id}`,
    fields: [{ path: ['id'], message: `is ${status}` }],
  });
}

function mayNotVote(
  { id, workflow }: ApprovalRow,
  refused: Pick<CallContext, 'principal'> & { readonly person: string; readonly reason: string },
): Problem {
  const { principal, person, reason } = refused;
  const who = personWithKey(person, principal);
  return problem('forbidden', {
    title: 'You may not vote on this',
    detail: `${who} may not vote on ${id} of ${workflow}: ${person} ${reason}.`,
    remedy: `Ask another person; novacron approval show ${id} lists who may vote.`,
  });
}

function isOther({ id, workflow }: ApprovalRow): Problem {
  return problem('validation-failed', {
    detail: `What ${workflow} would do has changed since this vote was prepared.`,
    remedy: `Review the current request (novacron approval show ${id}), and vote again.`,
    fields: [{ path: ['digest'], message: 'does not match the approval' }],
  });
}
